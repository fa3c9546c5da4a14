/** What the screen is told of a station, from what is registered and what is known now. Pure. */
import type { DecidedSetpoint, StationState, StationView } from '@heat-center/api/stations.ts';
import type { CommandView } from '@heat-center/api/commands.ts';
import { STALE_AFTER_PERIODS } from '@heat-center/contract/limits.ts';
import { resolvePoint } from '@heat-center/contract/points.ts';
import { isRefusing } from '../../domain/commands/ledger.ts';
import type { CircuitDecision, CommandRecord } from '../../domain/effects.ts';
import type { StationImage } from '../../domain/image.ts';
import { fitValue, freshSince } from '../../domain/points.ts';
import type { StationRecord } from '../../ports.ts';

/** A station deviates when a supply temperature is off by more than this (K) for so long (ms). */
export const DEVIATION_K = 2;
export const DEVIATION_MS = 600_000;

export interface StationFacts {
  readonly record: StationRecord;
  readonly image: StationImage | undefined;
  readonly decisions: readonly CircuitDecision[];
  readonly commands: readonly CommandRecord[];
  /** The center's clock, ms UTC. */
  readonly now: number;
}

type Alarm = StationView['alarms'][number];

/** What is remembered of a station between two looks at it. */
export interface Track {
  readonly state: StationState;
  readonly state_since: number;
  readonly deviating_since: number | undefined;
  readonly alarms: readonly Alarm[];
}

/** The part of the view that says how the station is, without settings, points and setpoints. */
export type Condition = Pick<
  StationView,
  | 'state'
  | 'state_since'
  | 'mode'
  | 'heard_at'
  | 'deviation_k'
  | 'faults'
  | 'alarms'
  | 'clock_suspect'
  | 'fallback'
>;

/** The setpoint in force: what the station works to, otherwise what was decided for it. */
function setpointOf(facts: StationFacts, circuit: string): number | undefined {
  const { image, record, decisions, now } = facts;
  const { control, every_s } = record.config;
  const told = fitValue(image?.points.get(`circuits.${circuit}.supply_set_c`), now, every_s.default);
  if (told !== undefined) return told;
  if (control !== 'on' || image?.mode !== 'remote') return undefined;
  const decided = decisions.find((decision) => decision.circuit === circuit);
  return decided?.decisions.find(({ name }) => name === 'supply_c')?.value;
}

/** Greatest distance of a supply temperature from its setpoint in force, K to 0.1; null where none can be said. */
export function deviationOf(facts: StationFacts): number | null {
  const { every_s, circuits } = facts.record.config;
  const found = circuits.flatMap(({ id }) => {
    const point = facts.image?.points.get(`circuits.${id}.supply_c`);
    const supply_c = fitValue(point, facts.now, every_s.default);
    const set_c = setpointOf(facts, id);
    return supply_c === undefined || set_c === undefined ? [] : [Math.abs(supply_c - set_c)];
  });
  return found.length === 0 ? null : Math.round(Math.max(...found) * 10) / 10;
}

/** Whether nothing fresh came: three periods without live telemetry, of the meter where only that speaks. */
function isStale({ image, record, now }: StationFacts): boolean {
  const { every_s } = record.config;
  if (image?.live_at === undefined) return true;
  const age_s = (now - image.live_at) / 1000;
  if (age_s <= STALE_AFTER_PERIODS * every_s.default) return false;
  const metersOnly = [...image.points].every(
    ([id, point]) => !point.live || resolvePoint(id)?.definition.metered === true,
  );
  return !metersOnly || age_s > STALE_AFTER_PERIODS * every_s.meter;
}

/** Whether a sensor that still speaks says nothing of use. */
const hasBadPoints = ({ image, record, now }: StationFacts): boolean =>
  image?.points.hasBad(freshSince(now, record.config.every_s.meter)) ?? false;

function stateOf(facts: StationFacts, deviating_since: number | undefined): StationState {
  const { image, now } = facts;
  if (image?.heard_at === undefined) return 'silent';
  if (image.online === false) return 'offline';
  if (isStale(facts)) return 'stale';
  if (image.faults.length > 0 || hasBadPoints(facts)) return 'faulty';
  const long = deviating_since !== undefined && now - deviating_since >= DEVIATION_MS;
  return long ? 'deviating' : 'good';
}

/** Alarms in force. A station that is away is one alarm: what else it said before is not known any more. */
function alarmsOf(facts: StationFacts, state: StationState): Omit<Alarm, 'since'>[] {
  if (state === 'silent') return [];
  if (state === 'offline') return [{ priority: 2, code: 'offline' }];
  const { faults = [], clock_suspect, mode } = facts.image ?? {};
  const clock = clock_suspect ? [{ priority: 4, code: clock_suspect }] : [];
  if (state === 'stale') return [{ priority: 3, code: 'stale' }, ...clock];
  const alarms = faults.length > 0 ? [{ priority: 3, code: 'fault' }] : [];
  // Whoever switched a station to local or manual knows that it obeys nobody else.
  const isMeant = facts.record.config.control === 'on' && mode === 'remote';
  if (isMeant && isRefusing(facts.commands)) alarms.push({ priority: 3, code: 'refused' });
  return [...alarms, ...clock];
}

/** Judges a station anew; what held before keeps its beginning. */
export function assess(facts: StationFacts, before: Track | undefined): Track {
  const { now, image } = facts;
  const deviation_k = deviationOf(facts);
  const off = deviation_k !== null && deviation_k > DEVIATION_K;
  const deviating_since = off ? (before?.deviating_since ?? now) : undefined;
  const state = stateOf(facts, deviating_since);
  const away = state === 'offline' || state === 'stale';
  const begun = away ? (image?.heard_at ?? now) : now;
  const alarms = alarmsOf(facts, state).map(({ priority, code }): Alarm => {
    const known = before?.alarms.find((alarm) => alarm.code === code);
    return known ?? { priority, code, since: begun };
  });
  return {
    state,
    state_since: before?.state === state ? before.state_since : begun,
    deviating_since,
    alarms,
  };
}

/** Whether the curve kept on site was read back, is on its way, or is not known. */
function fallbackOf({ record, image, commands }: StationFacts): StationView['fallback'] {
  if (image?.station_limits_rev === record.config.limits_rev) return 'verified';
  const sent = commands.find(({ kind }) => kind === 'fallback');
  const open = sent && ['pending', 'sent', 'accepted'].includes(sent.state);
  return open ? 'pending' : 'unverified';
}

export function conditionOf(facts: StationFacts, track: Track): Condition {
  const { image } = facts;
  return {
    state: track.state,
    state_since: track.state_since,
    mode: image?.mode ?? 'remote',
    heard_at: image?.heard_at ?? null,
    deviation_k: deviationOf(facts),
    faults: [...(image?.faults ?? [])],
    alarms: [...track.alarms],
    clock_suspect: image?.clock_suspect ?? null,
    fallback: fallbackOf(facts),
  };
}

export function setpointsOf(decision: CircuitDecision): DecidedSetpoint[] {
  return decision.decisions.map(({ name, value, wanted, reason, trace }) => ({
    name,
    value: value ?? null,
    wanted: wanted ?? null,
    at: decision.at,
    reason: { code: reason.code, params: { ...reason.params } },
    trace: trace.map((entry) => ({
      ...entry,
      reason: { ...entry.reason, params: { ...entry.reason.params } },
    })),
  }));
}

export function commandViewOf(record: CommandRecord): CommandView {
  return {
    id: record.id,
    kind: record.kind,
    circuit: record.circuit ?? null,
    by: record.by,
    at: record.at,
    ends_at: record.ends_at,
    state: record.state,
    ...(record.why === undefined ? {} : { why: record.why }),
    ...(record.path === undefined ? {} : { path: record.path }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    asked: { ...record.asked },
    steps: record.steps.map((step) => ({ ...step })),
  };
}
