/** A weather curve: supply over outdoor temperature, with where it stands now. */
import { niceTicks } from '../charts/series.ts';
import { formatNumber } from '../format/number.ts';
import type { CurvePoint } from '../model/curve.ts';
import { useWords } from '../parts/words.ts';

const WIDTH = 440;
const HEIGHT = 190;
const EDGE = { left: 34, right: 10, top: 10, bottom: 22 };

const bounds = (values: readonly number[]): [number, number] => [
  Math.min(...values) - 3,
  Math.max(...values) + 3,
];

interface PlotProps {
  readonly points: readonly CurvePoint[];
  /** Where it stands now; null where the outdoor temperature is unknown. */
  readonly now: CurvePoint | null;
  /** Another curve to compare with, drawn dashed. */
  readonly before?: readonly CurvePoint[];
}

export function CurvePlot({ points, now, before = [] }: PlotProps) {
  const { t, language } = useWords();
  const all = [...points, ...before, ...(now ? [now] : [])];
  const outdoor = bounds(all.map(([outdoor_c]) => outdoor_c));
  const supply = bounds(all.map(([, supply_c]) => supply_c));
  const x = (value: number) =>
    EDGE.left + ((value - outdoor[0]) / (outdoor[1] - outdoor[0])) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value: number) =>
    HEIGHT -
    EDGE.bottom -
    ((value - supply[0]) / (supply[1] - supply[0])) * (HEIGHT - EDGE.top - EDGE.bottom);
  if (points.length === 0) return null;
  // Level beyond the outermost points.
  const pathOf = (curve: readonly CurvePoint[]) =>
    `M${EDGE.left} ${y(curve[0]?.[1] ?? 0)}${curve.map(([o, s]) => `L${x(o)} ${y(s)}`).join('')}H${WIDTH - EDGE.right}`;
  return (
    <svg className="curve-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('curve.plot')}>
      {niceTicks(supply, 6).map((tick) => (
        <g key={tick}>
          <line className="grid-line" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(tick)} y2={y(tick)} />
          <text x={EDGE.left - 5} y={y(tick) + 4} textAnchor="end">
            {formatNumber(tick, 0, language)}
          </text>
        </g>
      ))}
      {niceTicks(outdoor, 8).map((tick) => (
        <text key={tick} x={x(tick)} y={HEIGHT - 6} textAnchor="middle">
          {formatNumber(tick, 0, language)}
        </text>
      ))}
      {before.length > 0 && <path className="curve-line before" d={pathOf(before)} />}
      <path className="curve-line" d={pathOf(points)} />
      {points.map(([o, s]) => (
        <circle key={o} className="curve-point" cx={x(o)} cy={y(s)} r="3" />
      ))}
      {now && (
        <g className="curve-now">
          <line x1={x(now[0])} x2={x(now[0])} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
          <circle cx={x(now[0])} cy={y(now[1])} r="4.5" />
        </g>
      )}
    </svg>
  );
}
