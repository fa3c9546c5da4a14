/** What is wrong with the center itself, and since when. */
import type { CenterTrouble, HistoryLag } from '../ports.ts';
import type { DiskState } from './disk.ts';

export interface TroubleSources {
  readonly now: () => number;
  /** Why the journal cannot be written; undefined while it can. */
  readonly journal: () => string | undefined;
  readonly disk: () => DiskState | undefined;
  readonly history: () => HistoryLag;
  /** Why stations cannot be reached through the broker. */
  readonly broker: () => string | undefined;
}

type Told = Omit<CenterTrouble, 'since'>;

/** History that is younger than this behind is not worth a word. */
const BEHIND_S = 60;

function* told({ journal, disk, history, broker }: TroubleSources): Generator<Told> {
  const unwritable = journal();
  if (unwritable !== undefined) yield { code: 'journal_unwritable', params: { detail: unwritable } };
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
}

/** Asked at least once a second by the feed, so `since` is as good as that. */
export function createTroubles(sources: TroubleSources): () => CenterTrouble[] {
  let since = new Map<string, number>();
  return () => {
    const now = sources.now();
    const troubles = [...told(sources)].map((trouble) => ({
      ...trouble,
      since: since.get(trouble.code) ?? now,
    }));
    since = new Map(troubles.map(({ code, since: began }) => [code, began]));
    return troubles;
  };
}
