/** A short source and how it is shared. */
import type { SourcePreview, SourceStation, SourceView } from '@heat-center/api/source.ts';
import type { Priority } from '../../../domain/config.ts';
import type { SourceLimit } from '../../../domain/network/settings.ts';
import { isRough, lessHeat } from '../../../domain/network/source-preview.ts';
import type { SharedStation } from '../../../domain/network/shared-station.ts';
import type { SourceState } from '../../../domain/network/source.ts';
import type { FastifyRequest } from 'fastify';
import { changedNetwork } from '../../registry/registration.ts';
import { actorOf, type RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

function stationView(id: string, priority: Priority, station: SharedStation): SourceStation {
  const { target, after } = station;
  return {
    id,
    priority,
    state: station.state,
    why: station.why ?? null,
    power_kw: station.power_kw ?? null,
    design_kw: station.design_kw ?? null,
    load: station.load ?? null,
    load_from: station.from ?? null,
    share: target?.share ?? null,
    floor: station.floor ?? null,
    after: after ? { ...after } : null,
  };
}

/** Greatest less least relative load of ordinary stations that are held, over their mean. */
function spreadOf(stations: readonly SourceStation[]): number | null {
  const loads = stations.flatMap(({ priority, state, load }) =>
    priority === 'ordinary' && (state === 'limited' || state === 'starved') && load !== null ? [load] : [],
  );
  if (loads.length < 2) return null;
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return (Math.max(...loads) - Math.min(...loads)) / mean;
}

export function sourceView(
  source: SourceState,
  limit: SourceLimit | undefined,
  priorityOf: (station: string) => Priority,
): SourceView {
  const stations = [...source.stations].map(([id, station]) => stationView(id, priorityOf(id), station));
  return {
    at: source.at === 0 ? null : source.at,
    phase: source.phase,
    since: source.since ?? null,
    limit: limit ? { ...limit } : null,
    limit_kw: source.limit_kw ?? null,
    total_kw: source.total_kw ?? null,
    total_from: source.total_from ?? null,
    // 0 and 1 stand where nothing was learned yet.
    loss_kw: source.loss_kw === 0 ? null : source.loss_kw,
    share: source.level ?? null,
    normal_load: source.normal === 1 ? null : source.normal,
    spread: spreadOf(stations),
    reachable: source.reachable,
    next_step_at: source.phase === 'recovering' ? (source.next_step_at ?? null) : null,
    signs: source.signs.signs.map((sign) => ({ ...sign, params: { ...sign.params } })),
    stations,
  };
}

function previewOf(
  after: SourceState,
  total_kw: number | undefined,
  priorityOf: (station: string) => Priority,
): SourcePreview {
  const stations = [...after.stations].map(([id, station]) => {
    const { state, why, power_kw } = stationView(id, priorityOf(id), station);
    return { id, priority: priorityOf(id), state, why, power_kw, less_kw: lessHeat(station) ?? null };
  });
  return {
    limit_kw: after.limit_kw ?? null,
    total_kw: total_kw ?? null,
    share: after.level ?? null,
    reachable: after.reachable,
    rough: isRough(after),
    stations,
  };
}

export function sourceRoutes(app: App, parts: RouteParts): void {
  const { gate, registry } = parts;
  const priorityOf = (station: string): Priority => registry.station(station)?.priority ?? 'ordinary';
  const view = (): SourceView =>
    sourceView(gate.network().source, registry.networkSettings().source?.limit, priorityOf);
  const setLimit = async (request: FastifyRequest, limit: SourceLimit | undefined): Promise<SourceView> => {
    const before = registry.networkSettings();
    if (limit ?? before.source?.limit) {
      const { limit: _, ...others } = before.source ?? {};
      const source = { ...others, ...(limit && { limit }) };
      const change = { source: Object.keys(source).length > 0 ? source : null };
      registry.setNetworkSettings(changedNetwork(before, change), actorOf(parts, request));
      await gate.networkSettingsChanged();
    }
    return view();
  };

  app.route({ ...route('readSource'), handler: async () => view() });

  app.route({
    ...route('previewSourceLimit'),
    handler: async ({ query }) =>
      previewOf(gate.previewLimit(query), gate.network().source.total_kw, priorityOf),
  });

  app.route({
    ...route('limitSource'),
    handler: async (request) => {
      const { hold_s, ...limit } = request.body;
      return setLimit(request, { ...limit, until: Math.round(gate.now() + hold_s * 1000) });
    },
  });

  app.route({ ...route('endSourceLimit'), handler: async (request) => setLimit(request, undefined) });
}
