/**
 * What people and programs ask for over HTTP reaches the audit log before its answer leaves. Every route that changes
 * something stands in the table below: one that is missing does not compile.
 */
import { ROUTES, type Route, type RouteName } from '@heat-center/api/routes.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuditEntry, AuditTrail } from '../../audit/port.ts';
import type { App } from './table.ts';

type Changing = {
  [N in RouteName]: (typeof ROUTES)[N]['method'] extends 'GET' ? never : N;
}[RouteName];

interface Asked {
  readonly request: FastifyRequest;
  /** The answer's body as text. */
  readonly answer: string;
}

/** What is told of a request that was done; secrets of body and answer are left out. */
interface Told {
  readonly action: string;
  readonly by?: (asked: Asked) => string | undefined;
  readonly after?: (asked: Asked) => unknown;
}

const named = z.object({ name: z.string() });
const tried = z.object({ user: z.string() });
const params = z.object({ id: z.string() });

/** The name that was given with a wrong password. */
function triedBy(request: FastifyRequest): string {
  return tried.safeParse(request.body).data?.user.slice(0, 64) ?? 'nobody';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `noted`: the registry notes the change in its own transaction, with what was before. */
const CHANGES: Readonly<Record<Changing, Told | 'noted'>> = {
  registerStation: 'noted',
  changeStation: 'noted',
  removeStation: 'noted',
  rotateSecret: 'noted',
  addGateway: 'noted',
  removeGateway: 'noted',
  changeNetworkSettings: 'noted',
  limitSource: 'noted',
  endSourceLimit: 'noted',
  applyProposal: 'noted',
  confirmEpoch: 'noted',
  addUser: 'noted',
  changeUser: 'noted',
  removeUser: 'noted',
  changePassword: 'noted',
  addToken: 'noted',
  removeToken: 'noted',
  sendCommand: {
    action: 'wish',
    after: ({ request, answer }) => ({ asked: request.body, answer: parsed(answer) }),
  },
  takeForecast: { action: 'forecast', after: ({ request }) => request.body },
  login: { action: 'login', by: ({ answer }) => named.safeParse(parsed(answer)).data?.name },
  logout: { action: 'logout' },
  loginLink: { action: 'login_link' },
  beginBackup: { action: 'backup' },
  endBackup: { action: 'backup_end' },
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
const names = Object.keys(ROUTES) as RouteName[];
const NAMES = new Map(names.map((name): [Route, RouteName] => [ROUTES[name], name]));

const isChange = (name: RouteName): name is Changing => name in CHANGES;

function subjectOf(request: FastifyRequest): string {
  return params.safeParse(request.params).data?.id.slice(0, 64) ?? 'center';
}

function entry(
  request: FastifyRequest,
  at: number,
  more: Pick<AuditEntry, 'action'> & Partial<AuditEntry>,
): AuditEntry {
  return {
    at,
    by: request.caller?.name ?? 'nobody',
    subject: subjectOf(request),
    before: null,
    after: null,
    ...more,
  };
}

/** What is told of a request that was refused for who asked. */
function refusalOf(
  request: FastifyRequest,
  name: RouteName,
  { status, at }: { status: number; at: number },
): AuditEntry {
  const isLogin =
    request.caller === null && (name === 'login' || request.headers.authorization !== undefined);
  return entry(request, at, {
    action: isLogin ? 'login_refused' : 'denied',
    by: request.caller?.name ?? triedBy(request),
    after: JSON.stringify({ route: name, status, from: request.ip }),
  });
}

/** 401 without any proof of who asks is a browser that is not signed in yet: nothing was tried. */
function isRefusal(request: FastifyRequest, name: RouteName, status: number): boolean {
  if (status === 403) return true;
  if (request.caller !== null || (status !== 401 && status !== 429)) return false;
  return name === 'login' || request.headers.authorization !== undefined;
}

async function tell(
  trail: AuditTrail,
  asked: Asked,
  { name, status, at }: { name: RouteName; status: number; at: number },
) {
  const { request } = asked;
  if (isRefusal(request, name, status)) {
    await trail.refused(refusalOf(request, name, { status, at }));
    return;
  }
  if (!isChange(name)) return;
  await trail.settle();
  const change = CHANGES[name];
  if (change === 'noted' || status >= 400) return;
  const by = change.by?.(asked);
  const after = change.after?.(asked) ?? { from: request.ip };
  await trail.record(
    entry(request, at, {
      action: change.action,
      ...(by === undefined ? {} : { by }),
      after: JSON.stringify(after),
    }),
  );
}

function nameOf(request: FastifyRequest): RouteName | undefined {
  const route = request.routeOptions.config.entry;
  return route && NAMES.get(route);
}

/** Binds the log to every answer. While it cannot be written, nothing is changed over HTTP. */
export function bindAudit(app: App, trail: AuditTrail, now: () => number): void {
  app.addHook('preHandler', async (request) => {
    const name = nameOf(request);
    if (name === undefined || !isChange(name) || trail.trouble === undefined) return;
    // It may be over; if it is not, this rejects with what is wrong.
    await trail.record({ ...entry(request, now(), { action: 'audit_resumed' }), by: 'center' });
  });
  app.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload) => {
    const name = nameOf(request);
    if (name === undefined) return payload;
    const answer = typeof payload === 'string' ? payload : '';
    const status = reply.statusCode;
    try {
      await tell(trail, { request, answer }, { name, status, at: now() });
    } catch (error) {
      // A refusal stays what it is.
      if (status < 400) throw error;
      request.log.error({ err: error }, 'the audit log cannot be written');
    }
    return payload;
  });
}
