/** What the center says of itself: whether it can do its work, what is wrong with it, and its figures. */
import type { AuditTrail } from '../audit/port.ts';
import type { CenterTrouble } from '../center-port.ts';
import type { HistoryReader, StationLink } from '../ports.ts';
import type { Clock } from './clock.ts';
import { diskFigures, type DiskWatch } from './disk.ts';
import type { Planning } from './planning.ts';
import type { Runtime } from './runtime.ts';
import { createTroubles } from './troubles.ts';

export interface SelfParts {
  readonly clock: Clock;
  readonly audit: Pick<AuditTrail, 'trouble'>;
  readonly runtime: Pick<Runtime, 'state' | 'figures'>;
  readonly journal: {
    readonly writable: boolean;
    readonly trouble: string | undefined;
    readonly start: number;
    readonly end: number;
    readonly flushes: number;
  };
  readonly link: StationLink & { trouble?(): string | undefined };
  readonly disk: DiskWatch;
  readonly history: Pick<HistoryReader, 'lag'>;
  readonly planning: Planning;
}

export interface SelfView {
  /** Reasons why it cannot take and store telemetry now. */
  readonly hindrances: () => readonly string[];
  /** For the screens, with when each began. */
  readonly troubles: () => CenterTrouble[];
  /** For metrics, by name without prefix. */
  readonly figures: () => Readonly<Record<string, number>>;
}

export function createSelfView(parts: SelfParts): SelfView {
  const { clock, audit, runtime, journal, link, disk, history, planning } = parts;
  return {
    hindrances: () =>
      [
        journal.writable ? undefined : 'the journal cannot be written',
        audit.trouble,
        link.trouble?.(),
      ].filter((hindrance) => hindrance !== undefined),
    troubles: createTroubles({
      now: () => clock.now(),
      journal: () => journal.trouble,
      clock_off_ms: () => clock.off_ms,
      disk: () => disk.state(),
      history: () => history.lag(),
      broker: () => link.trouble?.(),
      source: () => runtime.state.center.network.source,
      planner: () => planning.trouble,
    }),
    figures: () => ({
      ...Object.fromEntries(Object.entries(link.metrics()).map(([name, value]) => [`broker_${name}`, value])),
      ...runtime.figures,
      journal_bytes: journal.end - journal.start,
      clock_off_seconds: clock.off_ms / 1000,
      journal_flushes: journal.flushes,
      journal_writable: journal.writable ? 1 : 0,
      ...diskFigures(disk.state()),
    }),
  };
}
