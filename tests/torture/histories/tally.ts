/** Many histories in a row, and what they came to. */
import { CRIMES } from './evidence.ts';
import { playHistory } from './history.ts';

export interface Tally {
  readonly histories: number;
  readonly commands: number;
  /** Records of the center that were not final in time. */
  readonly late: number;
  readonly crimes: Readonly<Record<string, number>>;
  readonly seen: Readonly<Record<string, number>>;
  /** The first crimes in words, each with the seed of its history. */
  readonly told: readonly string[];
}

export const NOTHING: Tally = { histories: 0, commands: 0, late: 0, crimes: {}, seen: {}, told: [] };
const TOLD_AT_MOST = 20;

const sum = (a: Readonly<Record<string, number>>, b: Iterable<readonly [string, number]>) => {
  const total: Record<string, number> = { ...a };
  for (const [name, count] of b) total[name] = (total[name] ?? 0) + count;
  return total;
};

export const added = (a: Tally, b: Tally): Tally => ({
  histories: a.histories + b.histories,
  commands: a.commands + b.commands,
  late: a.late + b.late,
  crimes: sum(a.crimes, Object.entries(b.crimes)),
  seen: sum(a.seen, Object.entries(b.seen)),
  told: [...a.told, ...b.told].slice(0, TOLD_AT_MOST),
});

/** Plays the histories of the seeds `{seed}-{from}` up to, but without, `{seed}-{to}`. */
export function tally(range: { seed: string; from: number; to: number; reckless?: boolean }): Tally {
  let total = NOTHING;
  for (let index = range.from; index < range.to; index += 1) {
    const seed = `${range.seed}-${index}`;
    const { judge, commands, late } = playHistory(seed, range.reckless);
    total = added(total, {
      histories: 1,
      commands,
      late,
      crimes: Object.fromEntries(CRIMES.map((crime) => [crime, judge.crimes[crime]])),
      seen: Object.fromEntries(judge.seen),
      told: judge.told.map((words) => `${seed}: ${words}`),
    });
  }
  return total;
}

export const crimesIn = ({ crimes }: Tally): number => Object.values(crimes).reduce((a, b) => a + b, 0);
