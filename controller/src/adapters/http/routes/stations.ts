/** Stations: registered, read, changed, removed. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { StationDetail } from '@heat-center/api/stations.ts';
import { changedStation, registerStation } from '../../registry/registration.ts';
import { actorOf, stationOf, type RouteParts } from '../parts.ts';
import { requireMatch, tagOf } from '../settings-tag.ts';
import { route, type App } from '../table.ts';

export function detailOf({ views }: RouteParts, id: string): StationDetail {
  const detail = views.detail(id);
  if (!detail) throw new HeatError('not_found', `There is no station ${id}.`);
  return detail;
}

export function stationRoutes(app: App, parts: RouteParts): void {
  const { registry, gate, views } = parts;

  app.route({
    ...route('listStations'),
    handler: async () => ({ at: gate.now(), stations: views.all() }),
  });

  app.route({
    ...route('registerStation'),
    handler: async (request, reply) => {
      const record = registerStation(request.body);
      const { id } = record.config;
      const actor = actorOf(parts, request);
      const password = registry.addStation(record, actor);
      try {
        await gate.settingsChanged(id);
      } catch (error) {
        // Its secret would never be seen, and the id would be taken.
        registry.removeStation(id, actor);
        throw error;
      }
      return reply.code(201).send({ id, mqtt: { username: id, password } });
    },
  });

  app.route({
    ...route('readStation'),
    handler: async (request, reply) => {
      reply.header('etag', tagOf(stationOf(parts, request.params.id)));
      return detailOf(parts, request.params.id);
    },
  });

  app.route({
    ...route('changeStation'),
    handler: async (request, reply) => {
      const before = stationOf(parts, request.params.id);
      const { id } = before.config;
      requireMatch(request.headers['if-match'], before);
      const record = changedStation(before, request.body);
      registry.changeStation(record, actorOf(parts, request));
      await gate.settingsChanged(id);
      reply.header('etag', tagOf(stationOf(parts, id)));
      return detailOf(parts, id);
    },
  });

  app.route({
    ...route('removeStation'),
    handler: async (request, reply) => {
      const { id } = stationOf(parts, request.params.id).config;
      const logins = registry.credentials().filter(({ stations }) => stations.includes(id));
      registry.removeStation(id, actorOf(parts, request));
      await gate.settingsChanged(id);
      // Gateways that spoke for it lose that right with their next login.
      for (const login of logins) gate.disconnect(login.id);
      return reply.code(204).send(null);
    },
  });
}
