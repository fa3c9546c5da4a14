/** The running center as the API sees it. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { epochConflicts, networkView } from '../domain/center-view.ts';
import { planSummary } from '../domain/network/plan/view.ts';
import { previewLimit } from '../domain/network/source-preview.ts';
import { learnedOf, loadOf, loadOfNetwork } from '../domain/learning/read.ts';
import type { CenterGate } from '../center-port.ts';
import type { Registry, StationLink } from '../ports.ts';
import type { Clock } from './clock.ts';
import type { Runtime } from './runtime.ts';

export interface GateOptions {
  readonly runtime: Runtime;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly link: StationLink;
  /** Reasons why the center cannot take and store telemetry now. */
  readonly troubles: () => readonly string[];
  /** Why no plan of peak shaving can be made. */
  readonly planTrouble: () => string | undefined;
}

/** Name of the registry's setting that outlives a lost journal. */
export const EPOCH_SETTING = 'epoch';

const NOTHING = new Map<string, never>();

export function createGate(options: GateOptions): CenterGate {
  const { runtime, registry, clock, link } = options;
  const { center, tallies } = runtime.state;
  const conflicts = () => epochConflicts(center);

  return {
    wish: (station, wish) => runtime.wish(station, wish),
    async settingsChanged(station) {
      const record = registry.station(station);
      const at = clock.now();
      await runtime.submit(
        record ? { kind: 'settings', at, station: record.config } : { kind: 'removed', at, station },
      );
    },
    async networkSettingsChanged() {
      const settings = registry.networkSettings();
      await runtime.submit({ kind: 'network_settings', at: clock.now(), settings });
    },
    async confirmEpoch(by) {
      const heard = conflicts();
      if (heard.length === 0) throw new HeatError('no_conflict', 'No station obeys a newer epoch.');
      const at = clock.now();
      const before = center.epoch;
      await runtime.submit({ kind: 'epoch', at, epoch: Math.max(...heard.map(({ epoch }) => epoch)), by });
      registry.setSetting(EPOCH_SETTING, String(center.epoch));
      registry.note({
        at,
        by,
        action: 'confirm_epoch',
        subject: 'center',
        before: String(before),
        after: String(center.epoch),
      });
      return center.epoch;
    },
    async takeForecast(forecast) {
      await runtime.submit({ kind: 'forecast', at: clock.now(), forecast });
    },
    network: () => networkView(center),
    previewLimit: (limit) => previewLimit(center.network, center.stations, { limit, now: clock.now() }),
    learned: (station) => learnedOf(center, station),
    loadOf: (station, hours) => loadOf(center, station, { now: clock.now(), hours }),
    loadOfNetwork: (hours) => loadOfNetwork(center, { now: clock.now(), hours }),
    plan: () => ({
      ...planSummary(center.network, center.stations, clock.now()),
      trouble: options.planTrouble(),
    }),
    listen: (listener) => runtime.listen(listener),
    get epoch() {
      return center.epoch;
    },
    epochConflicts: conflicts,
    counters: (station) => Object.fromEntries(tallies.stations.get(station)?.counters ?? NOTHING),
    totals: () => Object.fromEntries(tallies.totals),
    unknownPoints: (station) =>
      [...(tallies.stations.get(station)?.unknown ?? NOTHING)].map(([point, seen]) => ({ point, ...seen })),
    gaps: (station) => tallies.stations.get(station)?.gaps ?? [],
    rejected: () => tallies.rejected,
    readiness() {
      const why = options.troubles();
      return { ready: why.length === 0, why };
    },
    now: () => clock.now(),
    disconnect: (login) => link.disconnect(login),
  };
}
