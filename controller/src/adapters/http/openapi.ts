/** The description of the API, generated from the table of routes and its schemas. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { problem } from '@heat-center/api/common.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { ROUTES, type RouteName } from '@heat-center/api/routes.ts';
import Fastify from 'fastify';
import { createJsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { SESSION_COOKIE } from './access.ts';
import { route, type App } from './table.ts';

const OPENAPI = '3.1.0';
const DESCRIPTION = `Times are integer milliseconds since 1970 UTC, temperatures °C, flows m³/h, pressures gauge kPa.
Every error is \`application/problem+json\` with a code and a remedy (docs/errors.md).`;

/** Routes that are no part of the API: pages and files. */
const HIDDEN: ReadonlySet<RouteName> = new Set(['docs', 'dashboard']);

const transformZod = createJsonSchemaTransform({});
const problemResponse = {
  description: 'A problem, by its code',
  content: { 'application/problem+json': { schema: problem } },
};

const isRouteName = (name: unknown): name is RouteName => typeof name === 'string' && name in ROUTES;

const transform: typeof transformZod = (document) => {
  const { schema } = document;
  const name = schema?.operationId;
  if (!schema || !isRouteName(name) || HIDDEN.has(name)) {
    return { schema: { hide: true }, url: document.url };
  }
  const response = { ...Object(schema.response), default: problemResponse };
  const security = ROUTES[name].access === 'public' ? { security: [] } : {};
  return transformZod({ ...document, schema: { ...schema, ...security, response } });
};

/** Requests are parsed by their zod schemas; answers are typed where they are made and only written out. */
export function bindSchemas(app: App): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

/** To be registered before the routes: it collects their schemas. */
export async function bindOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: OPENAPI,
      info: { title: 'Heat Center', version: '1', description: DESCRIPTION },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform,
  });
}

/** The description at `/api/openapi.json` and as a page at `/api/docs`. */
export async function openApiRoutes(app: App): Promise<void> {
  app.route({
    ...route('openapi'),
    handler: async () => ({ ...app.swagger(), openapi: OPENAPI }),
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    theme: { title: 'Heat Center API' },
    // Without the bar that asks for addresses of other descriptions.
    uiConfig: { layout: 'BaseLayout' },
  });
}

/** The same description without a running center, for `docs/openapi.json`. */
export async function describeApi(): Promise<object> {
  const app: App = Fastify({ exposeHeadRoutes: false }).withTypeProvider<ZodTypeProvider>();
  bindSchemas(app);
  await bindOpenApi(app);
  for (const name of Object.keys(ROUTES)) {
    if (!isRouteName(name)) continue;
    app.route({
      ...route(name),
      handler: async () => {
        throw new HeatError('not_ready', 'This instance only describes the API.');
      },
    });
  }
  await app.ready();
  const description = app.swagger();
  await app.close();
  return description;
}
