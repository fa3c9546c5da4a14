/** Comings and goings of stations meet a bound: while the disk cannot be written, each station has one on its way. */
import type { OtherInput } from './records.ts';

export interface SessionTellerParts {
  readonly now: () => number;
  /** Journals and applies an input, then calls back. */
  readonly submitThen: (input: OtherInput, done: () => void) => void;
}

/** @returns takes that a station came (true) or went; what happens while the last one is on its way is told after it */
export function sessionTeller({
  now,
  submitThen,
}: SessionTellerParts): (station: string, connected: boolean) => void {
  const underWay = new Map<string, { connected: boolean; changed: boolean }>();
  function tell(station: string, connected: boolean): void {
    const before = underWay.get(station);
    if (before) {
      Object.assign(before, { connected, changed: true });
      return;
    }
    const told = { connected, changed: false };
    underWay.set(station, told);
    submitThen({ kind: 'session', at: now(), station, connected }, () => {
      underWay.delete(station);
      if (!told.changed) return;
      // It went and came, or came and went, in between: each new connection counts as one.
      if (told.connected === connected) tell(station, !connected);
      tell(station, told.connected);
    });
  }
  return tell;
}
