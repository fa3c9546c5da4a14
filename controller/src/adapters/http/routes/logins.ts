/** Secrets of stations, and logins of gateways and readers. */
import { actorOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

export function loginRoutes(app: App, parts: RouteParts): void {
  const { registry, gate } = parts;

  app.route({
    ...route('rotateSecret'),
    handler: async (request) => {
      const { id } = request.params;
      const password = registry.rotateSecret(id, actorOf(parts, request));
      gate.disconnect(id);
      return { mqtt: { username: id, password } };
    },
  });

  app.route({
    ...route('addGateway'),
    handler: async (request, reply) => {
      const { id } = request.body;
      const password = registry.addLogin(request.body, actorOf(parts, request));
      return reply.code(201).send({ id, mqtt: { username: id, password } });
    },
  });

  app.route({
    ...route('removeGateway'),
    handler: async (request, reply) => {
      const { id } = request.params;
      registry.removeLogin(id, actorOf(parts, request));
      gate.disconnect(id);
      return reply.code(204).send(null);
    },
  });
}
