/** Lines of a trend, of one station or of several; pure. */
import type { ShownSeries } from '../charts/series.ts';
import { definitionOf } from '../format/point.ts';
import type { Periods } from '../format/point.ts';

export interface TrendLine {
  readonly key: string;
  /** As the legend says it. */
  readonly name: string;
  readonly series: ShownSeries;
  readonly every_s: Periods;
  /** 0–7: colour and dash. */
  readonly style: number;
  /** The same of an earlier time, drawn beneath. */
  readonly earlier: boolean;
  /** Holds until the next value; where absent the kind of the point decides. */
  readonly step?: boolean;
}

/** Lines of one unit, in the order in which they were chosen; states have a panel each, for their words. */
export interface Panel {
  readonly key: string;
  readonly unit: string;
  readonly codes: readonly (string | boolean)[] | undefined;
  readonly lines: readonly TrendLine[];
}

export function panelsOf(lines: readonly TrendLine[]): Panel[] {
  const panels = new Map<string, Panel & { readonly lines: TrendLine[] }>();
  for (const line of lines) {
    const definition = definitionOf(line.series.point);
    const codes = definition?.codes;
    const unit = definition?.unit ?? line.series.unit;
    const key = codes ? codes.join(' ') : unit;
    const panel = panels.get(key) ?? { key, unit, codes, lines: [] };
    panel.lines.push(line);
    panels.set(key, panel);
  }
  return [...panels.values()];
}

export const isSetpoint = (point: string): boolean => /_set_[a-z0-9_]+$/.test(point);
