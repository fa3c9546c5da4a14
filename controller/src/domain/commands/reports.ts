/** What a station's report changes: the book, the lease, the wishes, the fallback. */
import { REFUSALS, type Refusal } from '@heat-center/contract/errors.ts';
import { HEARTBEAT_EVERY_S } from '@heat-center/contract/limits.ts';
import type { Report } from '@heat-center/contract/messages.ts';
import { POINTS } from '@heat-center/contract/points.ts';
import { PRIMARY_NAMES, SETPOINT_NAMES, type PrimaryName, type SetpointName } from '../config.ts';
import { IN_FORCE } from '../control/circuit.ts';
import type { StationState } from '../state.ts';
import { move, type SentCommand } from './ledger.ts';
import type { Told } from './lease.ts';

/** Refusals that mean what was asked for; all others mean the moment, and the next command may succeed. */
const LASTING: ReadonlySet<Refusal> = new Set([
  'out_of_range',
  'not_accepted',
  'interlock',
  'local_mode',
  'not_selected',
]);

export interface ReportResult {
  readonly state: StationState;
  /** Revision of curve and limits that the station has just read back. */
  readonly kept_rev?: number | undefined;
  /** Epoch that the station obeys and that is above the center's. */
  readonly conflict?: number | undefined;
}

/** Takes a report in. Reports come in any order and repeated; those on unknown commands change nothing. */
export function applyReport(state: StationState, report: Report, at: number): ReportResult {
  const sent = state.ledger.sent.find(({ id }) => id === report.id);
  if (!sent) return { state };
  if (report.state === 'refused') return refuse(state, sent, { report, at });
  if (report.state === 'applied') return apply(state, sent, { report, at });
  if (report.state === 'accepted') return { state: advance(state, sent.records, { state: 'accepted', at }) };
  // The station ended this command; wishes that it carried go on with the next one.
  const ended = advance(state, ownRecords(sent), { state: report.state, at });
  return { state: report.state === 'superseded' ? ended : withoutLease(ended, sent) };
}

interface Arrived {
  readonly report: Report;
  readonly at: number;
}

const advance = (
  state: StationState,
  ids: readonly string[],
  to: Parameters<typeof move>[2],
): StationState => ({
  ...state,
  ledger: move(state.ledger, ids, to),
});

/** A setpoints command's own record comes first; all others stand for one record. */
const ownRecords = (sent: SentCommand): readonly string[] => sent.records.slice(0, 1);

function withoutLease(state: StationState, sent: SentCommand): StationState {
  return state.lease?.id === sent.id ? { ...state, lease: { ...state.lease, refused: true } } : state;
}

function refuse(state: StationState, sent: SentCommand, { report, at }: Arrived): ReportResult {
  const why = REFUSALS.find((code) => code === report.why);
  if (why === 'wrong_epoch' && report.epoch > state.ledger.epoch) {
    const known = Math.max(report.epoch, state.obeys_epoch ?? 0);
    const refused = advance(state, ownRecords(sent), { state: 'refused', at, why });
    return {
      state: withoutLease({ ...refused, obeys_epoch: known }, sent),
      conflict: state.obeys_epoch === known ? undefined : known,
    };
  }
  const lasting = why !== undefined && LASTING.has(why);
  const wishes = lasting ? wishesAt(state, sent, report.path) : [];
  const ids = [...ownRecords(sent), ...wishes];
  const refused = advance(state, ids, { state: 'refused', at, why, path: report.path });
  const left = new Map([...state.wishes].filter(([, { id }]) => !wishes.includes(id)));
  const fallback =
    state.fallback?.id === sent.id && why === 'not_accepted'
      ? { ...state.fallback, refused: true }
      : state.fallback;
  const unled = withoutLease({ ...refused, wishes: left, fallback }, sent);
  return { state: why === 'stale' && report.path === 'heartbeat' ? listening(unled, at) : unled };
}

/** The station still waits for heartbeats in a row after a silence: it was not led, and is asked again soon. */
function listening(state: StationState, at: number): StationState {
  const { lease, led_at = [] } = state;
  if (!lease?.refused) return state;
  const before = led_at.filter((start) => start !== lease.since);
  return { ...state, lease: { ...lease, again_at: at + HEARTBEAT_EVERY_S * 1000 }, led_at: before };
}

/** The wishes that a refusal is about: those of the circuit in its path, or all that the command carried. */
function wishesAt(state: StationState, sent: SentCommand, path: string | undefined): readonly string[] {
  const circuit = path === undefined ? undefined : /^circuits\.([^.]+)/.exec(path)?.[1];
  return [...state.wishes]
    .filter(([id, wish]) => sent.records.includes(wish.id) && (circuit === undefined || id === circuit))
    .map(([, wish]) => wish.id);
}

function apply(state: StationState, sent: SentCommand, { report, at }: Arrived): ReportResult {
  if (sent.kind === 'fallback') {
    const kept_rev = report.readback?.limits_rev;
    const isKept = kept_rev !== undefined && kept_rev === state.fallback?.limits_rev;
    return { state: isKept ? advance(state, sent.records, { state: 'applied', at }) : state, kept_rev };
  }
  const differs = sent.told && deviation(sent.told, report.readback);
  if (differs === undefined) return { state: advance(state, sent.records, { state: 'applied', at }) };
  // Not what was asked for: it stays accepted, and the path says where it differs.
  return { state: advance(state, ownRecords(sent), { state: 'accepted', at, path: differs }) };
}

/** Half the resolution with which each setpoint is shown: read back within it is applied. */
const TOLERANCE: Readonly<Record<SetpointName | PrimaryName, number>> = {
  supply_c: toleranceOf(`circuits.*.${IN_FORCE.supply_c}`),
  flow_m3_h: toleranceOf(`circuits.*.${IN_FORCE.flow_m3_h}`),
  dp_kpa: toleranceOf(`circuits.*.${IN_FORCE.dp_kpa}`),
  flow_max_m3_h: toleranceOf('primary.flow_m3_h'),
  power_max_kw: toleranceOf('primary.power_kw'),
  return_max_c: toleranceOf('primary.return_c'),
};

function toleranceOf(shown: string): number {
  const decimals = POINTS.find(({ pattern }) => pattern === shown)?.decimals ?? 1;
  return 0.5 * 10 ** -decimals + 1e-9;
}

const deviates = (name: SetpointName | PrimaryName, told: number | undefined, is: unknown): boolean =>
  told !== undefined && (typeof is !== 'number' || Math.abs(is - told) > TOLERANCE[name]);

/** Path of the first setpoint that was not read back as it was told; undefined where all were. */
function deviation(told: Told, read: Report['readback']): string | undefined {
  for (const [circuit, setpoints] of Object.entries(told.circuits)) {
    const name = SETPOINT_NAMES.find((one) =>
      deviates(one, setpoints[one], read?.circuits?.[circuit]?.[one]),
    );
    if (name) return `circuits.${circuit}.${name}`;
  }
  const limit = PRIMARY_NAMES.find((one) => deviates(one, told.primary?.[one], read?.primary?.[one]));
  return limit && `primary.${limit}`;
}
