/** Names and numbers by the ends of the lines; at the cursor's time while there is one. */
import { sampleAt, spread } from '../charts/paths.ts';
import { bucketOf } from '../charts/series.ts';
import { PANEL } from '../charts/trend-panel.tsx';
import { formatNumber } from '../format/number.ts';
import { definitionOf, freshFor } from '../format/point.ts';
import { wordFor } from '../i18n/index.ts';
import { useWords } from '../parts/words.ts';
import type { TrendLine } from './lines.ts';

const ENTRY_PX = 31;

interface LegendProps {
  readonly lines: readonly TrendLine[];
  readonly cursor: number | null;
  /** Length of the time axis, ms. */
  readonly span: number;
  readonly bounds: readonly [number, number];
  readonly height: number;
  /** Beside the plot, else above it as a list. */
  readonly beside: boolean;
}

/** Of what the catalogue does not know, such as plans. */
const decimalsOf = (unit: string): number => (unit === 'kW' ? 0 : unit === 'K' ? 2 : 1);

interface EntryProps extends Pick<LegendProps, 'cursor' | 'span'> {
  readonly line: TrendLine;
  /** Undefined in a list. */
  readonly top: number | undefined;
}

function LegendEntry({ line, cursor, span, top }: EntryProps) {
  const { t, language } = useWords();
  const { name, series, style, earlier, every_s } = line;
  const definition = definitionOf(series.point);
  // Beyond that the cursor stands in a gap.
  const within = Math.max(2 * freshFor(series.point, every_s), 2.5 * bucketOf(series, span));
  const sample = cursor === null ? series.points.at(-1) : sampleAt(series.points, cursor, within);
  const value = sample?.[1] ?? null;
  const code = value === null ? undefined : definition?.codes?.[value];
  const number =
    value === null ? '–' : formatNumber(value, definition?.decimals ?? decimalsOf(series.unit), language);
  const text =
    code === undefined
      ? number
      : wordFor(t, typeof code === 'boolean' ? `running.${code}` : `follows.${code}`);
  return (
    <li style={top === undefined ? undefined : { top }} title={name}>
      <svg
        className={`series s${style}${earlier ? ' earlier' : ''}`}
        viewBox="0 0 18 8"
        width="18"
        height="8"
        aria-hidden="true"
      >
        <path className="line" d="M0 4H18" />
      </svg>
      <span className="legend-value">
        {text}
        <span className="unit">{definition?.unit ?? series.unit}</span>
      </span>
      <span className="legend-name">{name}</span>
    </li>
  );
}

export function TrendLegend({ lines, cursor, span, bounds, height, beside }: LegendProps) {
  const [low, high] = bounds;
  const plot = height - PANEL.top;
  const places = lines.map(({ series }) => {
    const value = series.points.findLast(([, number]) => number !== null)?.[1] ?? low;
    const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    return PANEL.top + (1 - share) * plot - ENTRY_PX / 2;
  });
  const tops = spread(places, ENTRY_PX, [0, Math.max(0, height - ENTRY_PX + 6)]);
  return (
    <ul className={beside ? 'legend beside' : 'legend'}>
      {lines.map((line, index) => (
        <LegendEntry
          key={line.key}
          line={line}
          cursor={cursor}
          span={span}
          top={beside ? (tops[index] ?? 0) : undefined}
        />
      ))}
    </ul>
  );
}
