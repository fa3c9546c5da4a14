/** What a run is told as: a table of figures beside both baselines. */
import type { Kpis } from './kpi.ts';
import type { Outcome, Strategy } from './run.ts';

export interface Outcomes extends Readonly<Record<Strategy, Outcome>> {
  /** Of the center with something left out. */
  readonly without?: { readonly title: string; readonly outcome: Outcome };
}

interface Line {
  readonly key: keyof Kpis;
  readonly words: string;
  readonly unit: string;
  readonly digits: number;
}

export const LINES: readonly Line[] = [
  { key: 'cold_kh', words: 'discomfort below 18 °C', unit: 'K·h', digits: 2 },
  { key: 'warm_kh', words: 'discomfort above 22 °C', unit: 'K·h', digits: 2 },
  { key: 'heat_mwh', words: 'heat from the source', unit: 'MWh', digits: 0 },
  { key: 'peak_mw', words: 'peak of a quarter of an hour', unit: 'MW', digits: 1 },
  { key: 'end_room_c', words: 'mean room at the end', unit: '°C', digits: 2 },
  { key: 'tracking_k', words: 'supply off its setpoint', unit: 'K', digits: 2 },
  { key: 'evenness_k', words: 'spread of rooms between circuits', unit: 'K', digits: 2 },
  { key: 'return_c', words: 'primary return', unit: '°C', digits: 1 },
  { key: 'pumps_mwh', words: 'electricity of pumps', unit: 'MWh', digits: 2 },
  { key: 'travel_per_day', words: 'strokes of a valve a day', unit: '', digits: 2 },
  { key: 'center_s_per_day', words: 'processor time of the center a day', unit: 's', digits: 2 },
  { key: 'refused', words: 'commands refused', unit: '', digits: 0 },
];

const COLOURS: Readonly<Record<Strategy, string>> = { center: '#0b6bcb', fixed: '#b5500b', alone: '#6b7280' };

const TITLES: Readonly<Record<Strategy, string>> = {
  center: 'center',
  fixed: 'one supply temperature',
  alone: 'own curves',
};

export const STRATEGIES: readonly Strategy[] = ['center', 'fixed', 'alone'];

export interface Column {
  readonly title: string;
  readonly outcome: Outcome;
  readonly colour: string;
}

/** The runs in the order in which they are told: the center, itself with something left out, both baselines. */
export function columnsOf(outcomes: Outcomes): Column[] {
  const { without } = outcomes;
  const [center, ...baselines] = STRATEGIES.map((strategy) => ({
    title: TITLES[strategy],
    outcome: outcomes[strategy],
    colour: COLOURS[strategy],
  }));
  return [...(center ? [center] : []), ...(without ? [{ ...without, colour: '#7a3e9d' }] : []), ...baselines];
}

export const shown = (value: number | undefined, digits: number): string =>
  value === undefined ? '–' : value.toFixed(digits);

/** Lines that only this scenario has, and somebody a figure for. */
export const ownRows = (outcomes: Outcomes): string[][] =>
  outcomes.center.figures.flatMap(({ words, digits }, nth) => {
    const values = columnsOf(outcomes).map(({ outcome }) => outcome.figures[nth]?.value);
    if (values.every((value) => value === undefined)) return [];
    return [[words, ...values.map((value) => shown(value, digits))]];
  });

/** A table in Markdown, for the terminal and for documents. */
export function table(outcomes: Outcomes): string {
  const columns = columnsOf(outcomes);
  const head = ['', ...columns.map(({ title }) => title)];
  const rows = LINES.map(({ key, words, unit, digits }) => [
    unit === '' ? words : `${words}, ${unit}`,
    ...columns.map(({ outcome }) => shown(outcome.kpis[key], digits)),
  ]);
  rows.push(...ownRows(outcomes));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
