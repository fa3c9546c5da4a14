/** The network as a whole. */
import type { NetworkView } from '@heat-center/api/network.ts';
import { changedNetwork } from '../../registry/registration.ts';
import { actorOf, type RouteParts } from '../parts.ts';
import { requireMatch, tagOf } from '../settings-tag.ts';
import { route, type App } from '../table.ts';

export function networkRoutes(app: App, parts: RouteParts): void {
  const { gate, registry } = parts;
  const view = (): NetworkView => {
    const { outdoor, doubted, forecast } = gate.network();
    return {
      outdoor: outdoor
        ? {
            at: outdoor.at,
            median_c: outdoor.median_c,
            filtered_c: outdoor.filter.value_c,
            sensors: outdoor.sensors,
          }
        : null,
      doubted: [...doubted],
      forecast: forecast ?? null,
    };
  };

  app.route({ ...route('readNetwork'), handler: async () => view() });

  app.route({
    ...route('takeForecast'),
    handler: async (request) => {
      await gate.takeForecast(request.body);
      return view();
    },
  });

  app.route({
    ...route('readNetworkSettings'),
    handler: async (_request, reply) => {
      const settings = registry.networkSettings();
      reply.header('etag', tagOf(settings));
      return settings;
    },
  });

  app.route({
    ...route('changeNetworkSettings'),
    handler: async (request, reply) => {
      const before = registry.networkSettings();
      requireMatch(request.headers['if-match'], before);
      const settings = changedNetwork(before, request.body);
      registry.setNetworkSettings(settings, actorOf(parts, request));
      await gate.networkSettingsChanged();
      reply.header('etag', tagOf(settings));
      return settings;
    },
  });
}
