/** One turn of the command state machine: changes to the state, and the reports that they cause. */
import type { Report } from '@heat-center/contract/messages.ts';
import type { CommandState, Lease, Ref } from './rules.ts';

/** Monotonic time orders and ends things; wall time only stamps reports. */
export interface Moment {
  readonly mono_ms: number;
  readonly wall_ms: number;
}

/** Reports kept for repeating; older ids are told from new ones by their pair. */
const REMEMBERED = 128;

/** Collects reports and remembers the last one of each command. */
export class Turn {
  state: CommandState;
  readonly reports: Report[] = [];
  readonly #at: number;

  constructor(state: CommandState, now: Moment) {
    this.state = state;
    this.#at = Math.round(now.wall_ms);
  }

  set(change: Partial<CommandState>): void {
    this.state = { ...this.state, ...change };
  }

  report(command: Ref, state: Report['state'], more: Partial<Report> = {}): void {
    const { id, epoch, seq } = command;
    const report: Report = { v: 1, id, epoch, seq, state, at: this.#at, ...more };
    this.reports.push(report);
    const others = this.state.reports.filter((earlier) => earlier.id !== id);
    this.set({ reports: [...others.slice(1 - REMEMBERED), report] });
  }

  /** Takes leases away and reports each command that holds nothing any more. */
  endLeases(ends: (lease: Lease) => boolean, state: Report['state'], more: Partial<Report> = {}): Lease[] {
    const ended = this.state.leases.filter(ends);
    if (ended.length === 0) return ended;
    const leases = this.state.leases.filter((lease) => !ends(lease));
    const gone = new Map(ended.map(({ command }) => [command.id, command]));
    for (const { command } of leases) gone.delete(command.id);
    this.set({ leases, awaited: this.state.awaited.filter(({ command }) => !gone.has(command.id)) });
    for (const command of gone.values()) this.report(command, state, more);
    return ended;
  }

  endHolds(
    ends: (target: string, ends_mono_ms: number) => boolean,
    more: Partial<Report> & Pick<Report, 'state'>,
  ): void {
    for (const hold of this.state.holds.filter((one) => ends(one.target, one.ends_mono_ms))) {
      this.set({
        holds: this.state.holds.filter((one) => one !== hold),
        awaited: this.state.awaited.filter(({ command }) => command.id !== hold.command.id),
      });
      this.report(hold.command, more.state, more);
    }
  }
}
