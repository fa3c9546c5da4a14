/** People and the tokens of programs. */
import type { TokenView } from '@heat-center/api/tokens.ts';
import type { TokenRecord } from '../../../access/stores.ts';
import { actorOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

export function userRoutes(app: App, parts: RouteParts): void {
  const { accounts, feed } = parts;

  app.route({ ...route('listUsers'), handler: async () => ({ users: accounts.list() }) });

  app.route({
    ...route('addUser'),
    handler: async (request, reply) => {
      const password = await accounts.add(request.body, actorOf(parts, request));
      const view = accounts.view(request.body.id);
      return reply.code(201).send(password === undefined ? view : { ...view, password });
    },
  });

  app.route({
    ...route('changeUser'),
    handler: async (request) => {
      const { id } = request.params;
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
