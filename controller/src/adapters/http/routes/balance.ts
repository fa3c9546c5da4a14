/** Balance across stations. */
import type { BalanceCircuit, BalanceStation, BalanceView } from '@heat-center/api/balance.ts';
import type { BalanceState, CircuitBalance, StationBalance } from '../../../domain/network/balance.ts';
import type { RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

const circuitView = (id: string, circuit: CircuitBalance): BalanceCircuit => ({
  id,
  area_m2: circuit.area_m2,
  relative: circuit.relative ?? null,
  mean_c: circuit.mean_c ?? null,
  design_mean_c: circuit.design_mean_c ?? null,
  shift_k: circuit.shift_k,
  kept_k: circuit.kept_k,
  change_k_per_h: circuit.change_k_per_h,
  why: circuit.why ?? null,
  blocked: circuit.blocked ?? null,
});

function stationView(id: string, { circuits }: StationBalance): BalanceStation {
  let [area, sum] = [0, 0];
  for (const { area_m2, relative } of circuits.values()) {
    if (relative === undefined) continue;
    area += area_m2;
    sum += area_m2 * relative;
  }
  return {
    id,
    relative: area === 0 ? null : sum / area,
    circuits: [...circuits].map(([circuit, balance]) => circuitView(circuit, balance)),
  };
}

/** Coldest first; those that cannot be judged at the end. */
const byWarmth = (one: BalanceStation, other: BalanceStation): number =>
  (one.relative ?? Infinity) - (other.relative ?? Infinity) || one.id.localeCompare(other.id);

/** Least and greatest relative warmth of those that take part. */
function extremes(stations: readonly BalanceStation[]): Pick<BalanceView, 'least' | 'greatest'> {
  const values = stations
    .flatMap(({ circuits }) => circuits)
    .flatMap(({ relative, why }) => (why === null && relative !== null ? [relative] : []));
  if (values.length === 0) return { least: null, greatest: null };
  return { least: Math.min(...values), greatest: Math.max(...values) };
}

/** Whether there is any circuit whose data could be good or bad: led, and with a design. */
const isJudged = ({ circuits }: BalanceStation): boolean =>
  circuits.some(({ why }) => why !== 'observed' && why !== 'no_design');

export function balanceView(balance: BalanceState, on: boolean): BalanceView {
  const stations = [...balance.stations].map(([id, station]) => stationView(id, station)).toSorted(byWarmth);
  return {
    on,
    at: balance.at === 0 ? null : balance.at,
    frozen: balance.frozen,
    good_share: stations.some(isJudged) ? balance.good_share : null,
    reference: balance.reference ?? null,
    spread: balance.spread ?? null,
    ...extremes(stations),
    stations,
  };
}

export function balanceRoutes(app: App, { gate, registry }: RouteParts): void {
  app.route({
    ...route('readBalance'),
    handler: async () => balanceView(gate.network().balance, registry.networkSettings().balance?.on === true),
  });
}
