/** The HTTP side of the center: API, live feed, metrics and the dashboard on one port. */
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import type { Certificates } from '@heat-center/broker/certificates.ts';
import type { CenterView } from '@heat-center/api/live.ts';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { Logger } from 'pino';
import type { AuditTrail } from '../../audit/port.ts';
import type { BackupDesk } from '../../backup/port.ts';
import type { CenterGate, CenterTrouble, StationReadModel } from '../../center-port.ts';
import type { HistoryReader, Registry, WeatherSource } from '../../ports.ts';
import { Accounts } from '../../access/accounts.ts';
import { LoginLinks } from '../../access/links.ts';
import { Passwords, type ScryptCost } from '../../access/passwords.ts';
import { Sessions } from '../../access/sessions.ts';
import type { SessionStore, TokenStore, UserStore } from '../../access/stores.ts';
import { BY_ACCOUNT, BY_ADDRESS, Throttle } from '../../access/throttle.ts';
import { BearerTokens } from '../../access/tokens.ts';
import { bindAccess } from './access.ts';
import { bindAudit } from './audited.ts';
import {
  bindAdmission,
  FASTIFY_LIMITS,
  HTTP_LIMITS,
  SERVER_LIMITS,
  type AdmissionFigures,
} from './admission.ts';
import { Feed } from './feed/feed.ts';
import { FeedSource } from './feed/source.ts';
import { bindHeaders } from './headers.ts';
import { metricRoutes } from './metrics.ts';
import { bindOpenApi, bindSchemas, openApiRoutes } from './openapi.ts';
import { isLoopback, originRules } from './origins.ts';
import type { RouteParts } from './parts.ts';
import { bindBodies, BODY_LIMIT } from './bodies.ts';
import { bindProblems } from './problems.ts';
import { auditRoutes } from './routes/audit.ts';
import { balanceRoutes } from './routes/balance.ts';
import { centerRoutes } from './routes/center.ts';
import { commandRoutes } from './routes/commands.ts';
import { dashboardRoutes } from './routes/dashboard.ts';
import { historyRoutes } from './routes/history.ts';
import { learningRoutes } from './routes/learning.ts';
import { networkRoutes } from './routes/network.ts';
import { loginRoutes } from './routes/logins.ts';
import { planRoutes } from './routes/plan.ts';
import { sessionRoutes } from './routes/session.ts';
import { sourceRoutes } from './routes/source.ts';
import { stationRoutes } from './routes/stations.ts';
import { tokenRoutes, userRoutes } from './routes/users.ts';
import { bindTable, type App } from './table.ts';
import { Views } from './views.ts';

/** Largest message that the feed takes; it takes none. */
const FEED_PAYLOAD = 4 * 1024;

export interface HttpOptions {
  /** Address that will be listened on: decides which host names are taken. */
  readonly host: string;
  /** Address by which people come through a proxy. */
  readonly publicUrl?: string | undefined;
  /** Speaks HTTPS with these. */
  readonly tls?: Certificates | undefined;
  /** Token of `HEAT_CENTER_ADMIN_TOKEN`. */
  readonly adminToken?: string | undefined;
  /** Token of the command line. */
  readonly cliToken: string;
  /** Folder of the built dashboard; it may be absent. */
  readonly dashboardDist: string;
  readonly name: string;
  /** IANA time zone of the site. */
  readonly zone: string;
  readonly version: string;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Work of a password's hash; tests take less. */
  readonly scrypt?: ScryptCost;
}

export interface HttpParts {
  readonly registry: Registry;
  readonly audit: AuditTrail;
  readonly people: {
    readonly users: UserStore;
    readonly sessions: SessionStore;
    readonly tokens: TokenStore;
  };
  readonly backup: BackupDesk;
  readonly gate: CenterGate;
  readonly readModel: StationReadModel;
  readonly history: HistoryReader;
  readonly weather: WeatherSource;
  readonly options: HttpOptions;
  readonly log: Logger;
  /** What is wrong with the center itself. */
  readonly troubles?: () => readonly CenterTrouble[];
  /** Further figures for `/metrics`, by name without prefix. */
  readonly figures?: () => Readonly<Record<string, number>>;
}

export interface Http {
  readonly app: App;
  readonly feed: Feed;
  /** A new one-time link; call it once the app listens. */
  loginLink(): { readonly url: string; readonly expiresAt: number };
  /** Where the dashboard is reached; call it once the app listens. */
  url(): string;
  /** The port that it listens on. */
  port(): number;
  close(): Promise<void>;
}

/** Plain or encrypted; of the latter a new server takes new certificates too. */
function serverOf(tls: Certificates | undefined) {
  if (!tls) return { http: SERVER_LIMITS };
  return {
    serverFactory(handler: RequestListener) {
      const handshakeTimeout = HTTP_LIMITS.headersMs;
      const server = createServer({ ...SERVER_LIMITS, ...tls.material, handshakeTimeout }, handler);
      tls.serve(server);
      return server;
    },
  };
}

function createApp(log: Logger, { trustedProxies, tls }: HttpOptions): App {
  const logger: FastifyBaseLogger = log;
  return Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    trustProxy: trustedProxies && trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    ...serverOf(tls),
    ...FASTIFY_LIMITS,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<ZodTypeProvider>();
}

function portOf(app: App): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOf(app: App, { host, publicUrl, tls }: HttpOptions): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '');
  // A wildcard address is no address to open; the own machine always is.
  const name = isLoopback(host) && host.includes(':') ? `[${host}]` : host;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : name;
  return `${tls ? 'https' : 'http'}://${shown}:${portOf(app)}`;
}

function centerViewOf({ options, gate, history, troubles }: HttpParts): CenterView {
  return {
    name: options.name,
    zone: options.zone,
    epoch: gate.epoch,
    version: options.version,
    epoch_conflicts: gate.epochConflicts().map((conflict) => ({ ...conflict })),
    history_behind_s: Math.round(history.lag().behind_s),
    troubles: (troubles?.() ?? []).map((trouble) => ({ ...trouble, params: { ...trouble.params } })),
  };
}

/** Who people and programs are, and how they prove it. */
function accessPartsOf({ people, options }: HttpParts) {
  const own = [
    { token: options.cliToken, name: 'command line' },
    ...(options.adminToken === undefined ? [] : [{ token: options.adminToken, name: 'automation' }]),
  ];
  const throttle = new Throttle(BY_ADDRESS);
  return {
    throttle,
    sessions: new Sessions(people.sessions, people.users),
    tokens: new BearerTokens(own, people.tokens),
    accounts: new Accounts({
      users: people.users,
      sessions: people.sessions,
      passwords: new Passwords(options.scrypt),
      byAccount: new Throttle(BY_ACCOUNT),
      byAddress: throttle,
    }),
  };
}

function routePartsOf(app: App, parts: HttpParts): RouteParts {
  const { registry, gate, readModel, history, options, log } = parts;
  const views = new Views({ registry, readModel, gate });
  const access = accessPartsOf(parts);
  const { sessions, tokens } = access;
  const source = new FeedSource({
    views,
    center: () => centerViewOf(parts),
    stationIds: () => registry.stations().map(({ config }) => config.id),
  });
  const now = (): number => gate.now();
  const stands = (key: string): boolean =>
    (sessions.byKey(key, now()) ?? tokens.byKey(key, now())) !== undefined;
  const feed = new Feed({ source, now, stands, log });
  const unlisten = gate.listen(source.listener);
  app.addHook('onReady', async () => feed.start());
  app.addHook('preClose', async () => {
    unlisten();
    feed.stop();
  });
  return {
    registry,
    audit: parts.audit,
    backup: parts.backup,
    gate,
    readModel,
    history,
    weather: parts.weather,
    views,
    feed,
    ...access,
    links: new LoginLinks(),
    linkOf: (token) => `${urlOf(app, options)}/#login=${token}`,
    secureCookie: options.tls !== undefined || (options.publicUrl?.startsWith('https:') ?? false),
  };
}

async function bindPlugins(app: App, parts: HttpParts, routes: RouteParts): Promise<() => AdmissionFigures> {
  const { options } = parts;
  bindSchemas(app);
  bindProblems(app);
  bindBodies(app);
  bindHeaders(app, routes.secureCookie);
  const admission = bindAdmission(app, routes.feed);
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: FEED_PAYLOAD } });
  bindAccess(app, {
    origins: originRules({ host: options.host, publicUrl: options.publicUrl }),
    sessions: routes.sessions,
    tokens: routes.tokens,
    throttle: routes.throttle,
    now: () => parts.gate.now(),
  });
  bindAudit(app, parts.audit, () => parts.gate.now());
  await bindOpenApi(app);
  await app.register(fastifyStatic, { serve: false, root: options.dashboardDist, suppressWarning: true });
  return admission;
}

/** Builds the app with all routes of the table; it listens when `app.listen` is called. */
export async function createHttp(parts: HttpParts): Promise<Http> {
  const { options, gate, history, registry } = parts;
  const app = createApp(parts.log, options);
  bindTable(app);
  const routes = routePartsOf(app, parts);
  const admission = await bindPlugins(app, parts, routes);
  stationRoutes(app, routes);
  loginRoutes(app, routes);
  commandRoutes(app, routes);
  historyRoutes(app, routes);
  networkRoutes(app, routes);
  learningRoutes(app, routes);
  planRoutes(app, routes);
  balanceRoutes(app, routes);
  sourceRoutes(app, routes);
  auditRoutes(app, routes);
  sessionRoutes(app, routes);
  userRoutes(app, routes);
  tokenRoutes(app, routes);
  centerRoutes(app, routes);
  metricRoutes(app, {
    gate,
    history,
    feed: routes.feed,
    stations: () => registry.stations().length,
    figures: () => ({ ...admission(), ...parts.figures?.() }),
  });
  await openApiRoutes(app);
  dashboardRoutes(app, options.dashboardDist);
  return {
    app,
    feed: routes.feed,
    loginLink() {
      const { token, expiresAt } = routes.links.create(gate.now());
      return { url: routes.linkOf(token), expiresAt };
    },
    url: () => urlOf(app, options),
    port: () => portOf(app),
    close: () => app.close(),
  };
}
