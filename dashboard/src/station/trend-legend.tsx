/** Names and numbers by the ends of the lines; at the cursor's time while there is one. */
import type { StationView } from '@heat-center/api/stations.ts';
import { sampleAt, spread } from '../charts/paths.ts';
import { bucketOf } from '../charts/series.ts';
import type { ShownSeries } from '../charts/series.ts';
import { PANEL } from '../charts/trend-panel.tsx';
import { formatNumber } from '../format/number.ts';
import { definitionOf, freshFor, pointName } from '../format/point.ts';
import { wordFor } from '../i18n/index.ts';
import { useWords } from '../parts/words.ts';

const ENTRY_PX = 31;

interface LegendProps {
  readonly view: StationView;
  readonly series: readonly ShownSeries[];
  /** All chosen points: the place in it gives colour and dash. */
  readonly points: readonly string[];
  readonly cursor: number | null;
  /** Length of the time axis, ms. */
  readonly span: number;
  readonly bounds: readonly [number, number];
  readonly height: number;
  /** Beside the plot, else above it as a list. */
  readonly beside: boolean;
}

function LegendEntry({
  series,
  ...props
}: Omit<LegendProps, 'series'> & { series: ShownSeries; top?: number }) {
  const { t, language } = useWords();
  const { point } = series;
  const definition = definitionOf(point);
  // Beyond that the cursor stands in a gap.
  const within = Math.max(2 * freshFor(point, props.view.every_s), 2.5 * bucketOf(series, props.span));
  const sample = props.cursor === null ? series.points.at(-1) : sampleAt(series.points, props.cursor, within);
  const value = sample?.[1] ?? null;
  const code = value === null ? undefined : definition?.codes?.[value];
  const number = value === null ? '–' : formatNumber(value, definition?.decimals ?? 1, language);
  const text =
    code === undefined
      ? number
      : wordFor(t, typeof code === 'boolean' ? `running.${code}` : `follows.${code}`);
  const name = pointName(point, language);
  return (
    <li style={props.beside ? { top: props.top } : undefined} title={name}>
      <svg
        className={`series s${props.points.indexOf(point)}`}
        viewBox="0 0 18 8"
        width="18"
        height="8"
        aria-hidden="true"
      >
        <path className="line" d="M0 4H18" />
      </svg>
      <span className="legend-value">
        {text}
        <span className="unit">{definition?.unit}</span>
      </span>
      <span className="legend-name">{name}</span>
    </li>
  );
}

export function TrendLegend(props: LegendProps) {
  const { series, bounds, height, beside } = props;
  const [low, high] = bounds;
  const plot = height - PANEL.top;
  const places = series.map(({ points }) => {
    const value = points.findLast(([, number]) => number !== null)?.[1] ?? low;
    const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    return PANEL.top + (1 - share) * plot - ENTRY_PX / 2;
  });
  const tops = spread(places, ENTRY_PX, [0, Math.max(0, height - ENTRY_PX + 6)]);
  return (
    <ul className={beside ? 'legend beside' : 'legend'}>
      {series.map((each, index) => (
        <LegendEntry key={each.point} {...props} series={each} top={tops[index] ?? 0} />
      ))}
    </ul>
  );
}
