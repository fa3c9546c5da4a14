/** People and the tokens of programs. */
import { actionsOf, type Action } from '@heat-center/api/access.ts';
import type { TokenView } from '@heat-center/api/tokens.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Caller } from '../../../access/caller.ts';
import type { TokenRecord } from '../../../access/stores.ts';
import { callerOf } from '../access.ts';
import { actorOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

/** A token with a narrow scope must not make itself a wider one. */
function requireNoMore(caller: Caller, given: readonly Action[]): void {
  const beyond = given.filter((name) => !caller.may.includes(name));
  if (beyond.length === 0) return;
  throw new HeatError('not_permitted', `Nobody gives rights that they do not have: ${beyond.join(', ')}.`);
}

export function userRoutes(app: App, parts: RouteParts): void {
  const { accounts, feed } = parts;

  app.route({ ...route('listUsers'), handler: async () => ({ users: accounts.list() }) });

  app.route({
    ...route('addUser'),
    handler: async (request, reply) => {
      requireNoMore(callerOf(request), actionsOf(request.body.role));
      const password = await accounts.add(request.body, actorOf(parts, request));
      const view = accounts.view(request.body.id);
      return reply.code(201).send(password === undefined ? view : { ...view, password });
    },
  });

  app.route({
    ...route('changeUser'),
    handler: async (request) => {
      const { id } = request.params;
      const { role, password } = request.body;
      // Whoever sets a password can sign in with it.
      if (password !== undefined) requireNoMore(callerOf(request), actionsOf(accounts.view(id).role));
      if (role !== undefined) requireNoMore(callerOf(request), actionsOf(role));
      await accounts.change(id, request.body, actorOf(parts, request));
      feed.review();
      return accounts.view(id);
    },
  });

  app.route({
    ...route('removeUser'),
    handler: async (request, reply) => {
      accounts.remove(request.params.id, actorOf(parts, request));
      feed.review();
      return reply.code(204).send(null);
    },
  });
}

const viewOf = (record: TokenRecord): TokenView => ({
  ...record,
  scope: record.scope === null ? null : [...record.scope],
});

export function tokenRoutes(app: App, parts: RouteParts): void {
  const { tokens, feed } = parts;

  app.route({
    ...route('listTokens'),
    handler: async () => ({ tokens: tokens.list().map(viewOf) }),
  });

  app.route({
    ...route('addToken'),
    handler: async (request, reply) => {
      const { role, scope } = request.body;
      requireNoMore(callerOf(request), actionsOf(role, scope));
      const { token, record } = tokens.create(request.body, actorOf(parts, request));
      return reply.code(201).send({ ...viewOf(record), token });
    },
  });

  app.route({
    ...route('removeToken'),
    handler: async (request, reply) => {
      tokens.remove(request.params.id, actorOf(parts, request));
      feed.review();
      return reply.code(204).send(null);
    },
  });
}
