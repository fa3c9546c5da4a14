/** One unit's lines over time. The only folder that knows recharts: it gives axes, grid and scales. */
import { memo } from 'react';
import type { PointerEvent } from 'react';
import {
  CartesianGrid,
  LineChart,
  ReferenceLine,
  usePlotArea,
  useXAxisScale,
  XAxis,
  YAxis,
  useYAxisScale,
} from 'recharts';
import { linePath, lonelyPoints } from './paths.ts';
import type { Drawn } from './series.ts';

export interface PanelLine {
  readonly key: string;
  readonly drawn: readonly Drawn[];
  readonly step: boolean;
  /** 0–7: colour and dash. */
  readonly style: number;
  readonly setpoint: boolean;
  /** The same of an earlier time. */
  readonly earlier: boolean;
}

export interface Mark {
  readonly at: number;
  readonly text: string;
}

export interface TrendPanelProps {
  readonly width: number;
  readonly height: number;
  readonly domain: readonly [from: number, to: number];
  readonly bounds: readonly [low: number, high: number];
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
  /** Hours and midnights in order of time. */
  readonly times: readonly Mark[];
  readonly midnights: readonly Mark[];
  /** Limits drawn as thin lines where they lie within the bounds. */
  readonly limits: readonly number[];
  /** Instants at which data were lost for good. */
  readonly lost: readonly number[];
  readonly lines: readonly PanelLine[];
  /** The last panel carries the times. */
  readonly last: boolean;
  readonly cursor: number | null;
  readonly point: (at: number | null) => void;
}

export const PANEL = { top: 8, left: 46, right: 8, times: 22 } as const;

function Lines({ lines }: { lines: readonly PanelLine[] }) {
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  const scales = { x: (at: number) => x(at) ?? 0, y: (value: number) => y(value) ?? 0 };
  const clamp = (value: number) => Math.min(area.y + area.height - 3, Math.max(area.y + 3, scales.y(value)));
  return (
    <g>
      {lines.map(({ key, drawn, step, style, setpoint, earlier }) => (
        <g key={key} className={`series s${style}${setpoint ? ' setpoint' : ''}${earlier ? ' earlier' : ''}`}>
          <path className="line" d={linePath(drawn, scales, step)} />
          {lonelyPoints(drawn).map(({ at, line }) => (
            <circle key={at} className="lonely" cx={scales.x(at)} cy={scales.y(line ?? 0)} r="1.5" />
          ))}
          {drawn.map(({ at, mark }) =>
            mark === null ? null : (
              <circle key={at} className="hollow" cx={scales.x(at)} cy={clamp(mark)} r="2.5" />
            ),
          )}
        </g>
      ))}
    </g>
  );
}

/** Takes the pointer over the plot and shows the cursor that all panels share. */
function Cursor({ domain, cursor, point }: Pick<TrendPanelProps, 'domain' | 'cursor' | 'point'>) {
  const area = usePlotArea();
  if (!area) return null;
  const [from, to] = domain;
  const x = cursor === null ? null : area.x + ((cursor - from) / (to - from)) * area.width;
  const move = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    point(from + ((event.clientX - box.left) / box.width) * (to - from));
  };
  return (
    <g>
      {x !== null && <line className="cursor" x1={x} x2={x} y1={area.y} y2={area.y + area.height} />}
      <rect
        className="catch"
        x={area.x}
        y={area.y}
        width={area.width}
        height={area.height}
        onPointerMove={move}
        onPointerDown={move}
        onPointerLeave={() => point(null)}
      />
    </g>
  );
}

export const TrendPanel = memo(function TrendPanel(props: TrendPanelProps) {
  const { width, height, domain, bounds, ticks, midnights, times, last } = props;
  const [from, to] = domain;
  const names = new Map(times.map(({ at, text }) => [at, text]));
  return (
    <LineChart
      width={width}
      height={height}
      margin={{ top: PANEL.top, left: 0, right: PANEL.right, bottom: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} syncWithTicks className="grid" />
      <XAxis
        type="number"
        dataKey="at"
        domain={[from, to]}
        allowDataOverflow
        ticks={times.map(({ at }) => at)}
        tickFormatter={(at: number) => (last ? (names.get(at) ?? '') : '')}
        height={last ? PANEL.times : 4}
        interval="preserveStartEnd"
        minTickGap={18}
        tickSize={4}
      />
      <YAxis
        type="number"
        domain={[bounds[0], bounds[1]]}
        allowDataOverflow
        ticks={[...ticks]}
        tickFormatter={props.tickText}
        width={PANEL.left}
        tickSize={0}
        tickMargin={6}
        interval={0}
        axisLine={false}
      />
      {midnights.map(({ at }) => (
        <ReferenceLine key={at} x={at} className="midnight" />
      ))}
      {props.lost.map((at) => (
        <ReferenceLine key={at} x={at} className="lost-data" />
      ))}
      {props.limits.map((limit) => (
        <ReferenceLine key={limit} y={limit} className="limit" />
      ))}
      <Lines lines={props.lines} />
      <Cursor domain={domain} cursor={props.cursor} point={props.point} />
    </LineChart>
  );
});
