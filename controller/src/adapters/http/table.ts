/** Joins the table of routes to Fastify: what is not in the table is not registered. */
import { ACTIONS } from '@heat-center/api/access.ts';
import { ROUTES, type Route, type RouteName } from '@heat-center/api/routes.ts';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import type { FastifyInstance, FastifyBaseLogger, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    entry?: Route;
  }
}

/** Method, address and schema of a route of the table, to be spread into `app.route`. */
export function route<N extends RouteName>(name: N) {
  const entry: Route = ROUTES[name];
  const { method, path, summary } = entry;
  const description = `Asks for: ${askedOf(entry)}.`;
  return {
    method,
    url: path,
    schema: { ...SCHEMAS[name], summary, description, operationId: name, tags: [tagOf(path)] },
  };
}

/** What a route asks of whoever calls it, for people. */
export function askedOf({ access, only }: Route): string {
  if (access === 'public') return 'nothing';
  const right = access === 'known' ? 'being signed in' : `${access} (${ACTIONS[access]})`;
  if (only === undefined) return right;
  return `${right}, ${only === 'bearer' ? 'with a bearer token' : 'as a person with a password'}`;
}

function tagOf(path: string): string {
  if (path.startsWith('/api/v1/stations')) return 'stations';
  if (path.startsWith('/api/v1/session')) return 'session';
  if (/^\/api\/v1\/(users|tokens)/.test(path)) return 'people';
  return 'center';
}

/** The entry that stands for a method and path; one that ends in `/*` stands for everything below it. */
function entryOf(method: string, url: string): Route | undefined {
  const entries: readonly Route[] = Object.values(ROUTES);
  // Static files answer HEAD as well: what may be read may be asked about.
  const asked = method === 'HEAD' ? 'GET' : method;
  const same = entries.filter((entry) => entry.method === asked);
  return (
    same.find((entry) => entry.path === url) ??
    same.find(({ path }) => path !== '/*' && path.endsWith('/*') && `${url}/`.startsWith(path.slice(0, -1)))
  );
}

/** Gives each registered route its access from the table; a route that the table lacks ends the start. */
export function bindTable(app: App): void {
  app.addHook('onRoute', (options) => {
    const methods = Array.isArray(options.method) ? options.method : [options.method];
    for (const method of methods) {
      const entry = entryOf(method, options.url);
      if (!entry) throw new Error(`${method} ${options.url} is not in the table of routes`);
      options.config = { ...options.config, entry };
    }
  });
}
