/** What is wrong with the center itself, and since when. */
import type { CenterTrouble } from '../center-port.ts';
import type { HistoryLag } from '../ports.ts';
import type { SourceState } from '../domain/network/source.ts';
import type { DiskState } from './disk.ts';

export interface TroubleSources {
  readonly now: () => number;
  /** Why the journal cannot be written; undefined while it can. */
  readonly journal: () => string | undefined;
  readonly disk: () => DiskState | undefined;
  readonly history: () => HistoryLag;
  /** By how much the machine's clock is ahead of the center's time, ms. */
  readonly clock_off_ms: () => number;
  /** Why no plan of peak shaving can be made. */
  readonly planner: () => string | undefined;
  /** How a short source is shared. */
  readonly source: () => Pick<SourceState, 'phase' | 'level' | 'reachable' | 'signs'>;
  /** Why stations cannot be reached through the broker. */
  readonly broker: () => string | undefined;
}

type Told = Omit<CenterTrouble, 'since'>;

/** History that is younger than this behind is not worth a word. */
const BEHIND_S = 60;

function* told(sources: TroubleSources): Generator<Told> {
  const { journal, disk, history, broker, planner } = sources;
  const unwritable = journal();
  if (unwritable !== undefined) yield { code: 'journal_unwritable', params: { detail: unwritable } };
  const off_s = Math.round(sources.clock_off_ms() / 1000);
  if (off_s !== 0) yield { code: 'clock_off', params: { off_s } };
  const space = disk();
  if (space?.low) {
    const { free_bytes, hours_left } = space;
    const params = hours_left === undefined ? {} : { hours_left: Math.round(hours_left * 10) / 10 };
    yield { code: 'disk_low', params: { free_mib: Math.floor(free_bytes / 2 ** 20), ...params } };
  }
  const away = broker();
  if (away !== undefined) yield { code: 'broker_away', params: { detail: away } };
  const { trouble, behind_s, set_aside = 0 } = history();
  if (trouble !== undefined) {
    yield { code: 'history_stopped', params: { detail: trouble, behind_s: Math.round(behind_s) } };
  } else if (behind_s > BEHIND_S) {
    yield { code: 'history_behind', params: { behind_s: Math.round(behind_s) } };
  }
  if (set_aside > 0) yield { code: 'history_set_aside', params: { lines: set_aside } };
  const unplanned = planner();
  if (unplanned !== undefined) yield { code: 'planner_stopped', params: { detail: unplanned } };
}

/** A shortage is no fault of the center's, but nobody shall overlook it. */
function* toldOfSource({ source }: TroubleSources): Generator<Told> {
  const { phase, level, reachable, signs } = source();
  const share = level === undefined ? {} : { share_pct: Math.round(level * 100) };
  if (phase === 'recovering') yield { code: 'source_recovering', params: share };
  if (phase === 'short') yield { code: reachable ? 'source_short' : 'source_over', params: share };
  if (phase === 'normal' && signs.signs.length > 0)
    yield { code: 'source_suspected', params: { signs: signs.signs.map(({ code }) => code).join() } };
}

/** Asked at least once a second by the feed, so `since` is as good as that. */
export function createTroubles(sources: TroubleSources): () => CenterTrouble[] {
  let since = new Map<string, number>();
  return () => {
    const now = sources.now();
    const troubles = [...told(sources), ...toldOfSource(sources)].map((trouble) => ({
      ...trouble,
      since: since.get(trouble.code) ?? now,
    }));
    since = new Map(troubles.map(({ code, since: began }) => [code, began]));
    return troubles;
  };
}
