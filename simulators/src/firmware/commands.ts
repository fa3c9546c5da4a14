/**
 * The command state machine of a station: (state, event) → state, reports. Time and bytes come in, nothing is read
 * or sent here. What `targetsOf` gives from the state is what the local loops work to.
 */
import {
  commandSchema,
  type Command,
  type Heartbeat,
  type Mode,
  type Report,
} from '@heat-center/contract/messages.ts';
import { z } from 'zod';
import { centerNow, heardAt, heldOver, UNKNOWN_TIME } from './center-time.ts';
import { objection, ownEpoch, type Conditions, type Objection } from './command-checks.ts';
import { taken } from './command-effects.ts';
import { readBack } from './command-readback.ts';
import { freshWatch, heard, watched } from './heartbeat-watch.ts';
import type { Awaited, CommandState, Fallback, Readback, Ref, StationRules } from './rules.ts';
import { Turn, type Moment } from './turn.ts';

export type CommandEvent =
  | { readonly type: 'heartbeat'; readonly now: Moment; readonly heartbeat: Heartbeat }
  | {
      readonly type: 'command';
      readonly now: Moment;
      readonly bytes: Uint8Array;
      readonly frost: readonly string[];
    }
  | { readonly type: 'mode'; readonly now: Moment; readonly mode: Mode }
  | {
      readonly type: 'tick';
      readonly now: Moment;
      readonly readback: Readback;
      readonly frost: readonly string[];
    };

export interface Stepped {
  readonly state: CommandState;
  /** To be sent, in this order, after the state was kept. */
  readonly reports: readonly Report[];
}

/** What a station keeps in non-volatile memory. */
export interface Kept {
  readonly last?: Ref | undefined;
  readonly fallback?: Fallback | undefined;
  readonly reports: readonly Report[];
  /** Commands that were in force: a restart ends them. */
  readonly open: readonly Ref[];
  readonly awaited: readonly Awaited[];
}

const headSchema = z.looseObject({
  id: z.string().min(1).max(64),
  epoch: z.int().min(0),
  seq: z.int().min(0),
});
const utf8 = new TextDecoder('utf-8', { fatal: true });
const MAX_COMMAND_BYTES = 65_536;

type Parsed = { command: Command } | { ref: Ref; refusal: Objection } | undefined;

/** A command, what can be answered of a bad one, or nothing where not even its id can be read. */
function parse(bytes: Uint8Array): Parsed {
  if (bytes.byteLength > MAX_COMMAND_BYTES) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
  const parsed = commandSchema.safeParse(message);
  if (parsed.success) return { command: parsed.data };
  const head = headSchema.safeParse(message);
  const path = parsed.error.issues[0]?.path.join('.').slice(0, 200) ?? '';
  return head.success ? { ref: head.data, refusal: { why: 'not_accepted', path } } : undefined;
}

function onCommand(
  rules: StationRules,
  state: CommandState,
  event: Extract<CommandEvent, { type: 'command' }>,
): Stepped {
  const parsed = parse(event.bytes);
  if (!parsed) return { state, reports: [] };
  const ref = 'command' in parsed ? parsed.command : parsed.ref;
  const earlier = state.reports.find(({ id }) => id === ref.id);
  if (earlier) return { state, reports: [earlier] };
  const { mono_ms } = event.now;
  const conditions: Conditions = { mono_ms, frost: event.frost };
  const current = ended(state, event.now, event.frost);
  const refusal =
    'refusal' in parsed
      ? parsed.refusal
      : objection({ rules, state: current.state, conditions }, parsed.command);
  if (refusal || !('command' in parsed)) {
    // A refusal for its epoch says the station's own, so that the center can go above it.
    const epoch = refusal?.why === 'wrong_epoch' ? ownEpoch(current.state) : ref.epoch;
    current.report({ ...ref, epoch }, 'refused', { ...refusal });
    return current;
  }
  current.set({ last: { id: ref.id, epoch: ref.epoch, seq: ref.seq } });
  taken(current, parsed.command, {
    rules,
    mono_ms,
    center_ms: centerNow(state.time, mono_ms) ?? parsed.command.at,
  });
  return current;
}

/** Ends what time, silence or frost ends. */
function ended(before: CommandState, now: Moment, frost: readonly string[]): Turn {
  const turn = new Turn(before, now);
  const { mono_ms } = now;
  turn.set({ watch: watched(before.watch, mono_ms) });
  const center_ms = centerNow(before.time, mono_ms);
  const over = turn.endLeases(
    (lease) =>
      turn.state.watch.alone ||
      mono_ms >= lease.ends_mono_ms ||
      (center_ms !== undefined && center_ms >= lease.ends_center_ms),
    'expired',
  );
  const after = over.findLast((lease) => lease.after)?.after;
  if (after) turn.set({ shift: { offset_k: after.offset_k, ends_mono_ms: mono_ms + after.for_s * 1000 } });
  if (turn.state.shift && mono_ms >= turn.state.shift.ends_mono_ms) turn.set({ shift: undefined });
  const { selected } = turn.state;
  if (selected && mono_ms >= selected.ends_mono_ms) {
    turn.set({ selected: undefined });
    turn.report(selected.command, 'expired');
  }
  turn.endHolds((_, ends_mono_ms) => mono_ms >= ends_mono_ms, { state: 'expired' });
  const freezing = (target: string): boolean => frost.some((id) => target.startsWith(`circuits.${id}.`));
  turn.endHolds(freezing, { state: 'cancelled', why: 'interlock' });
  return turn;
}

function onHeartbeat(state: CommandState, heartbeat: Heartbeat, now: Moment): Stepped {
  // A center below the epoch obeyed is not ours: its heartbeats prove nothing.
  if (heartbeat.epoch < ownEpoch(state)) return { state, reports: [] };
  const turn = ended(state, now, []);
  const { mono_ms } = now;
  const time = heartbeat.epoch > ownEpoch(state) ? heldOver(state.time, heartbeat.at, mono_ms) : state.time;
  turn.set({
    time: heardAt(time, heartbeat.at, mono_ms),
    watch: heard(turn.state.watch, heartbeat, mono_ms),
  });
  return turn;
}

function onMode(state: CommandState, mode: Mode, now: Moment): Stepped {
  const turn = new Turn(state, now);
  turn.set({ mode });
  if (mode === 'remote') return turn;
  turn.endLeases(() => true, 'cancelled', { why: 'local_mode' });
  turn.endHolds(() => true, { state: 'cancelled', why: 'local_mode' });
  turn.set({ shift: undefined });
  return turn;
}

/** One event. The state is never changed in place. */
export function stepCommands(rules: StationRules, state: CommandState, event: CommandEvent): Stepped {
  switch (event.type) {
    case 'heartbeat':
      return onHeartbeat(state, event.heartbeat, event.now);
    case 'command':
      return onCommand(rules, state, event);
    case 'mode':
      return onMode(state, event.mode, event.now);
    default: {
      const turn = ended(state, event.now, event.frost);
      readBack(turn, event.readback);
      return turn;
    }
  }
}

/** What must survive a restart. */
export function kept(state: CommandState): Kept {
  const open = new Map<string, Ref>();
  for (const { command } of [...state.leases, ...state.holds]) open.set(command.id, command);
  if (state.selected) open.set(state.selected.command.id, state.selected.command);
  return {
    last: state.last,
    fallback: state.fallback,
    reports: state.reports,
    open: [...open.values()],
    awaited: state.awaited.filter(({ kind }) => kind === 'fallback'),
  };
}

/** The state after a (re)start: own curve; leases and stops from before are over and reported so. */
export function started(memory: Kept | undefined, mode: Mode, now: Moment): Stepped {
  const turn = new Turn(
    {
      mode,
      time: UNKNOWN_TIME,
      watch: freshWatch(now.mono_ms),
      last: memory?.last,
      leases: [],
      awaited: memory?.awaited ?? [],
      holds: [],
      fallback: memory?.fallback,
      reports: memory?.reports ?? [],
    },
    now,
  );
  for (const command of memory?.open ?? []) turn.report(command, 'expired');
  return turn;
}
