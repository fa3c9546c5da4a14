/** What a command that was found good does. */
import type { Command, SetpointsCommand } from '@heat-center/contract/messages.ts';
import { selectEnds_ms } from './command-checks.ts';
import { PRIMARY, type Lease, type Ref, type StationRules, type Values } from './rules.ts';
import type { Turn } from './turn.ts';

interface At {
  readonly rules: StationRules;
  readonly mono_ms: number;
  readonly center_ms: number;
}

const numbers = (values: Readonly<Record<string, unknown>>): Values =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );

function leasesOf(command: SetpointsCommand, ref: Ref, at: At): Lease[] {
  // A clock that runs ahead must not lengthen a lease.
  const ends_center_ms = Math.min(command.at, at.center_ms) + command.valid_s * 1000;
  const parts: [string, Readonly<Record<string, unknown>>][] = Object.entries(command.circuits ?? {});
  if (command.primary) parts.push([PRIMARY, command.primary]);
  return parts.map(([part, values]) => ({
    command: ref,
    part,
    values: numbers(values),
    ends_center_ms,
    ends_mono_ms: at.mono_ms + ends_center_ms - at.center_ms,
    after: command.after && { offset_k: command.after.offset_k, for_s: command.after.for_s },
  }));
}

function takeSetpoints(turn: Turn, command: SetpointsCommand, at: { ref: Ref; at: At }): void {
  // The new lease stands alone: what it does not name returns to the station's own curve.
  turn.endLeases(() => true, 'superseded');
  turn.set({
    leases: leasesOf(command, at.ref, at.at),
    setpoints_mono_ms: at.at.mono_ms,
    shift: undefined,
  });
}

function takeActuate(
  turn: Turn,
  command: Extract<Command, { kind: 'select' | 'operate' }>,
  at: { ref: Ref; at: At },
): void {
  const { target, action, hold_s } = command;
  const own = { command: at.ref, target, action, hold_s };
  const { selected } = turn.state;
  if (command.kind === 'select') {
    if (selected) turn.report(selected.command, 'superseded');
    turn.set({ selected: { ...own, ends_mono_ms: selectEnds_ms(at.at.mono_ms) } });
    return;
  }
  if (selected) turn.report(selected.command, 'applied');
  turn.endHolds((held) => held === target, { state: 'superseded' });
  turn.set({
    selected: undefined,
    holds: [...turn.state.holds, { ...own, ends_mono_ms: at.at.mono_ms + hold_s * 1000 }],
  });
}

function takeCancel(turn: Turn, cancels: string): void {
  turn.endLeases((lease) => lease.command.id === cancels, 'cancelled');
  for (const hold of turn.state.holds.filter(({ command }) => command.id === cancels)) {
    turn.endHolds((target) => target === hold.target, { state: 'cancelled' });
  }
  const { selected } = turn.state;
  if (selected?.command.id === cancels) {
    turn.set({ selected: undefined });
    turn.report(selected.command, 'cancelled');
  }
}

/** Takes the command: reports it accepted, what it ends, and waits for the readback where there is one. */
export function taken(turn: Turn, command: Command, at: At): void {
  const { id, epoch, seq, kind } = command;
  const ref = { id, epoch, seq };
  turn.report(ref, 'accepted');
  switch (kind) {
    case 'setpoints':
      takeSetpoints(turn, command, { ref, at });
      break;
    case 'fallback': {
      const circuits = { ...turn.state.fallback?.circuits, ...command.circuits };
      turn.set({ fallback: { limits_rev: command.limits_rev, circuits } });
      break;
    }
    case 'select':
    case 'operate':
      takeActuate(turn, command, { ref, at });
      break;
    case 'cancel':
      takeCancel(turn, command.cancels);
      break;
    case 'release':
      turn.endLeases(() => true, 'superseded');
      turn.set({ shift: undefined });
      break;
  }
  if (kind === 'setpoints' || kind === 'fallback' || kind === 'operate') {
    // A newer fallback takes the place of one that was not yet read back.
    const others = turn.state.awaited.filter((other) => kind !== 'fallback' || other.kind !== 'fallback');
    for (const other of turn.state.awaited)
      if (!others.includes(other)) turn.report(other.command, 'superseded');
    turn.set({ awaited: [...others, { command: ref, kind }] });
  } else if (kind !== 'select') turn.report(ref, 'applied');
}
