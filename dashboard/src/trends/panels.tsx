/** The course of chosen points: a panel for each unit, all with one time axis and one cursor. */
import { useState } from 'react';
import { bucketOf, drawnPoints, niceTicks, valueBounds } from '../charts/series.ts';
import { inOrder, timeAxis } from '../charts/time-axis.ts';
import { PANEL, TrendPanel } from '../charts/trend-panel.tsx';
import type { PanelLine } from '../charts/trend-panel.tsx';
import { formatNumber } from '../format/number.ts';
import { freshFor } from '../format/point.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { TrendLegend } from './legend.tsx';
import { isSetpoint, panelsOf } from './lines.ts';
import type { Panel, TrendLine } from './lines.ts';

const LEGEND_PX = 214;
const NARROW_PX = 560;
/** All panels together, where nothing else is asked for. */
const PLOT_PX = 250;
const LEAST_PX = 92;

/** Least height of a value axis, so that noise does not look like a storm. */
const LEAST_SPAN: Readonly<Record<string, number>> = { '°C': 4, 'm³/h': 2, kPa: 10, kW: 20, '%': 10 };

export interface TrendPanelsProps {
  readonly lines: readonly TrendLine[];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly limitsFor?: (panel: Panel) => readonly number[];
  /** Instants at which data were lost for good. */
  readonly lost?: readonly number[];
  /** Height of all panels together. */
  readonly plot_px?: number;
}

function drawnLines({ lines, codes }: Panel, span: number): PanelLine[] {
  return lines.map(({ key, series, every_s, style, earlier, step }) => {
    const bucket = bucketOf(series, span);
    const period = freshFor(series.point, every_s) / 3;
    const setpoint = isSetpoint(series.point);
    return {
      key,
      drawn: drawnPoints(series.points, { period, bucket }),
      step: step ?? (setpoint || codes !== undefined),
      style,
      setpoint,
      earlier,
    };
  });
}

/** Bounds and ticks of the value axis with the text of a tick. */
function valueAxis({ codes, lines, unit }: Panel, height: number, { t, language }: Words) {
  const lists = lines.map(({ series }) => series.points);
  const bounds: [number, number] = codes
    ? [-0.3, codes.length - 0.7]
    : valueBounds(lists, LEAST_SPAN[unit] ?? 1);
  const ticks = codes ? codes.map((_, code) => code) : niceTicks(bounds, height / 32);
  const decimals = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) < 1 ? 1 : 0;
  const tickText = (value: number) => {
    const code = codes?.[value];
    if (code === undefined) return formatNumber(value, decimals, language);
    return wordFor(t, typeof code === 'boolean' ? `running.${code}` : `follows.${code}`);
  };
  return { bounds, ticks, tickText };
}

export function TrendPanels(props: TrendPanelsProps) {
  const { lines, from, to, width, limitsFor, lost = [], plot_px = PLOT_PX } = props;
  const words = useWords();
  const { t } = words;
  const [cursor, setCursor] = useState<number | null>(null);
  const panels = panelsOf(lines);
  const beside = width >= NARROW_PX;
  const axis = timeAxis([from, to], words);
  const height = Math.max(LEAST_PX, plot_px / Math.max(1, panels.length));
  return (
    <div className="trend-panels">
      {panels.map((panel, index) => {
        const last = index === panels.length - 1;
        const value = valueAxis(panel, height, words);
        return (
          <div
            key={panel.key}
            className="trend-panel"
            role="img"
            aria-label={t('trend.chart', { unit: panel.unit || t('trend.state') })}
          >
            <span className="panel-unit">{panel.unit}</span>
            <TrendPanel
              {...value}
              width={beside ? width - LEGEND_PX : width}
              height={height + (last ? PANEL.times : 4)}
              domain={[from, to]}
              times={inOrder(axis)}
              midnights={axis.midnights}
              limits={limitsFor?.(panel) ?? []}
              lost={lost}
              lines={drawnLines(panel, to - from)}
              last={last}
              cursor={cursor}
              point={setCursor}
            />
            <TrendLegend
              lines={panel.lines}
              cursor={cursor}
              span={to - from}
              bounds={value.bounds}
              height={height}
              beside={beside}
            />
          </div>
        );
      })}
      <p className="cursor-time" aria-live="off">
        {cursor !== null && formatTime(cursor, 'full', words)}
      </p>
    </div>
  );
}
