/** What was learned of a station, as people see it; worked out when somebody asks. */
import type { CircuitConfig, StationConfig } from '../config.ts';
import { roomTarget } from '../physics/weather-curve.ts';
import { NEW_PAST, unpackDay, type CircuitPast, type Day } from './day.ts';
import { unpackNight } from './night.ts';
import {
  baseLoad,
  hasRooms,
  lossLine,
  timeConstant,
  type CircuitRecord,
  type Line,
  type TimeConstant,
  type Unknown,
} from './estimate.ts';
import { heatSource, isHeating } from './hour.ts';
import type { StationLearning } from './learning.ts';
import { proposeCurve, type NoProposal, type Proposal } from './proposal.ts';

export interface LossView {
  readonly identifiable: true;
  readonly a_kw_k: number;
  readonly a_error_kw_k: number;
  readonly t0_c: number;
  readonly t0_error_k: number;
  readonly base_kw: number | null;
  readonly days_used: number;
  readonly days_dropped: number;
  readonly residual_kw: number;
}

export interface CircuitLearned {
  readonly circuit: string;
  readonly heat_from: 'meter' | 'circuit' | null;
  readonly rooms_measured: boolean;
  readonly loss: LossView | Unknown;
  readonly time_constant: TimeConstant | Unknown;
  readonly proposal: Proposal | null;
  readonly no_proposal: NoProposal | null;
  readonly days: readonly (Day & { readonly used: boolean })[];
}

export const recordOf = ({ days, nights, summer }: CircuitPast): CircuitRecord => ({
  days: days.map(unpackDay),
  nights: nights.map(unpackNight),
  summer,
});

/** t0 = tn + (c − b0)/a, where the line meets the base load; with an unknown b0 where it meets zero. */
function lossView(line: Line, circuit: CircuitConfig, base_kw: number | undefined): LossView {
  const { a_kw_k, a_error_kw_k, c_kw, fit, days_used, days_dropped } = line;
  const target_c = circuit.room_feedback?.target_c ?? roomTarget(circuit);
  const raised_k = (c_kw - (base_kw ?? 0)) / a_kw_k;
  // δ((c − b0)/a) by the covariance of a and c.
  const [a2 = 0, ac = 0] = fit.covariance[0] ?? [];
  const c2 = fit.covariance[1]?.[1] ?? 0;
  const error = Math.sqrt(Math.max(0, c2 - 2 * raised_k * ac + raised_k ** 2 * a2)) / a_kw_k;
  return {
    identifiable: true,
    a_kw_k,
    a_error_kw_k,
    t0_c: target_c + raised_k,
    t0_error_k: error,
    base_kw: base_kw ?? null,
    days_used,
    days_dropped,
    residual_kw: fit.sigma,
  };
}

/** Two circuits with one median of rooms would have one time constant between theirs. */
function sharesRooms(config: StationConfig, circuit: CircuitConfig): boolean {
  return circuit.room_feedback?.rooms === undefined && config.circuits.filter(isHeating).length > 1;
}

function circuitTau(given: { shares: boolean; record: CircuitRecord; line: Line | Unknown }) {
  const { shares, record, line } = given;
  const found = timeConstant(record, line);
  if (!found.identifiable || !shares) return found;
  return { identifiable: false, why: 'shared_rooms', days_used: found.days_used } as const;
}

function circuitLearned(config: StationConfig, circuit: CircuitConfig, past: CircuitPast): CircuitLearned {
  const record = recordOf(past);
  const isMeasured = past.sums !== undefined && (record.days.length > 0 || past.sums.heat_kw[1] > 0);
  const found = lossLine(record);
  const noHeat: Unknown = { identifiable: false, why: 'no_heat', days_used: 0 };
  const line = past.sums !== undefined && !isMeasured ? noHeat : found;
  const proposed = proposeCurve(circuit, record.days, line);
  const dropped = line.identifiable ? line.dropped : new Set<number>();
  return {
    circuit: circuit.id,
    heat_from: isMeasured ? heatSource(config) : null,
    rooms_measured: hasRooms(record.days),
    loss: line.identifiable ? lossView(line, circuit, baseLoad(record)) : line,
    time_constant: circuitTau({ shares: sharesRooms(config, circuit), record, line }),
    proposal: typeof proposed === 'string' ? null : proposed,
    no_proposal: typeof proposed === 'string' ? proposed : null,
    days: record.days.map((day) => ({ ...day, used: !dropped.has(day.day) })),
  };
}

/** By heating circuit, in the order of the settings. */
export const stationLearned = (
  config: StationConfig,
  learning: StationLearning | undefined,
): CircuitLearned[] =>
  config.circuits
    .filter(isHeating)
    .map((circuit) => circuitLearned(config, circuit, learning?.circuits.get(circuit.id) ?? NEW_PAST));
