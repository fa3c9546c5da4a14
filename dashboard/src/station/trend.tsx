/** The course of chosen points: a panel for each unit, all with one time axis and one cursor. */
import type { StationView } from '@heat-center/api/stations.ts';
import { useMemo, useState } from 'react';
import { bucketOf, drawnPoints, niceTicks, valueBounds } from '../charts/series.ts';
import type { ShownSeries } from '../charts/series.ts';
import { inOrder, timeAxis } from '../charts/time-axis.ts';
import { PANEL, TrendPanel } from '../charts/trend-panel.tsx';
import type { PanelLine } from '../charts/trend-panel.tsx';
import { formatNumber } from '../format/number.ts';
import { definitionOf, freshFor } from '../format/point.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { spanText } from '../parts/reason-text.ts';
import { useWidth } from '../parts/use-width.ts';
import { useWords } from '../parts/words.ts';
import { PointChooser } from './point-chooser.tsx';
import { SPAN_KEYS, SPANS } from './trend-choice.ts';
import type { TrendChoice } from './trend-choice.ts';
import { TrendLegend } from './trend-legend.tsx';
import { useHistory } from './use-history.ts';
import type { Past } from './use-history.ts';

const LEGEND_PX = 214;
const NARROW_PX = 560;
const PLOT_PX = 250;
const LEAST_PX = 92;

/** Series of one unit, in the order in which they were chosen; states have a panel each, for their words. */
interface Panel {
  readonly unit: string;
  readonly codes: readonly (string | boolean)[] | undefined;
  readonly series: readonly ShownSeries[];
}

export function panelsOf(series: readonly ShownSeries[]): Panel[] {
  const panels = new Map<string, { unit: string; codes: Panel['codes']; series: ShownSeries[] }>();
  for (const each of series) {
    const definition = definitionOf(each.point);
    const codes = definition?.codes;
    const key = codes ? codes.join(' ') : (definition?.unit ?? each.unit);
    const panel = panels.get(key) ?? { unit: definition?.unit ?? each.unit, codes, series: [] };
    panel.series.push(each);
    panels.set(key, panel);
  }
  return [...panels.values()];
}

const isSetpoint = (point: string): boolean => /_set_[a-z0-9_]+$/.test(point);

/** Least height of a value axis, so that noise does not look like a storm. */
const LEAST_SPAN: Readonly<Record<string, number>> = { '°C': 4, 'm³/h': 2, kPa: 10, kW: 20, '%': 10 };

interface PanelsProps {
  readonly view: StationView;
  readonly past: Past;
  readonly points: readonly string[];
  readonly width: number;
}

function limitsFor(view: StationView, panel: Panel): number[] {
  const circuits = new Set(panel.series.map(({ point }) => point.split('.')[1] ?? ''));
  if (panel.unit !== '°C' || circuits.size !== 1) return [];
  const limits = view.circuits.find(({ id }) => circuits.has(id))?.limits;
  return limits ? [limits.supply_min_c, limits.supply_max_c] : [];
}

function Panels({ view, past, points, width }: PanelsProps) {
  const words = useWords();
  const { t, language } = words;
  const [cursor, setCursor] = useState<number | null>(null);
  const panels = panelsOf(past.series);
  const narrow = width < NARROW_PX;
  const plotWidth = narrow ? width : width - LEGEND_PX;
  const axis = timeAxis([past.from, past.to], words);
  const height = Math.max(LEAST_PX, PLOT_PX / Math.max(1, panels.length));
  const domain = [past.from, past.to] as const;
  return (
    <div className="trend-panels">
      {panels.map((panel, index) => {
        const last = index === panels.length - 1;
        const lines = panel.series.map(({ point, total, points: samples }): PanelLine => {
          const bucket = bucketOf({ total, points: samples }, past.to - past.from);
          const step = isSetpoint(point) || panel.codes !== undefined;
          const period = freshFor(point, view.every_s) / 3;
          return {
            key: point,
            drawn: drawnPoints(samples, { period, bucket }),
            step,
            style: points.indexOf(point),
            setpoint: isSetpoint(point),
          };
        });
        const lists = panel.series.map(({ points: samples }) => samples);
        const bounds: [number, number] = panel.codes
          ? [-0.3, panel.codes.length - 0.7]
          : valueBounds(lists, LEAST_SPAN[panel.unit] ?? 1);
        const ticks = panel.codes ? panel.codes.map((_, code) => code) : niceTicks(bounds, height / 32);
        const decimals = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) < 1 ? 1 : 0;
        const tickText = (value: number) => {
          const code = panel.codes?.[value];
          if (code === undefined) return formatNumber(value, decimals, language);
          return wordFor(t, typeof code === 'boolean' ? `running.${code}` : `follows.${code}`);
        };
        return (
          <div
            key={panel.codes?.join(' ') ?? panel.unit}
            className="trend-panel"
            role="img"
            aria-label={t('trend.chart', { unit: panel.unit || t('trend.state') })}
          >
            <span className="panel-unit">{panel.unit}</span>
            <TrendPanel
              width={plotWidth}
              height={height + (last ? PANEL.times : 4)}
              domain={domain}
              bounds={bounds}
              ticks={ticks}
              tickText={tickText}
              times={inOrder(axis)}
              midnights={axis.midnights}
              limits={limitsFor(view, panel)}
              lines={lines}
              last={last}
              cursor={cursor}
              point={setCursor}
            />
            <TrendLegend
              view={view}
              series={panel.series}
              points={points}
              cursor={cursor}
              span={past.to - past.from}
              bounds={bounds}
              height={height}
              beside={!narrow}
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

function Notes({ past }: { past: Past }) {
  const words = useWords();
  const { t, language } = words;
  const shown = past.series.reduce((sum, { points }) => sum + points.length, 0);
  const total = past.series.reduce((sum, series) => sum + series.total, 0);
  const hollow = past.series.some(({ points }) => points.some(([, , quality]) => quality !== 'good'));
  const number = (value: number) => formatNumber(value, 0, language);
  return (
    <p className="quiet trend-notes">
      {total > shown && t('trend.less', { shown: number(shown), total: number(total) })}
      {total > 0 && total <= shown && t('trend.all', { total: number(total) })}
      {total === 0 && !past.loading && t('trend.nothing')}
      {hollow && ` ${t('trend.hollow')}`}
      {past.behind_s > 60 && ` ${t('trend.behind', { age: spanText(past.behind_s, words) })}`}
    </p>
  );
}

export function Trend({ view, choice }: { view: StationView; choice: TrendChoice }) {
  const { t } = useWords();
  const [box, width] = useWidth<HTMLDivElement>();
  const past = useHistory(view, choice.points, SPANS[choice.span]);
  const order = useMemo(() => [...choice.points], [choice.points]);
  return (
    <section className="panel trend">
      <div className="panel-head">
        <h2>{t('station.trend')}</h2>
        <PointChooser view={view} choice={choice} />
        <div className="spans" role="group" aria-label={t('trend.span')}>
          {SPAN_KEYS.map((span) => (
            <button
              key={span}
              type="button"
              aria-pressed={span === choice.span}
              onClick={() => choice.choose(choice.points, span)}
            >
              {t(`trend.spans.${span}`)}
            </button>
          ))}
        </div>
      </div>
      {past.problem && <ProblemNote problem={past.problem} />}
      <div ref={box} className={past.loading ? 'trend-box loading' : 'trend-box'}>
        {choice.points.length === 0 && <p className="quiet">{t('trend.choose')}</p>}
        {width > 0 && choice.points.length > 0 && (
          <Panels view={view} past={past} points={order} width={width} />
        )}
      </div>
      {choice.points.length > 0 && <Notes past={past} />}
    </section>
  );
}
