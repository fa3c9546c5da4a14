/** The last days under another curve: what it would have asked for, beside what was asked and what was there. */
import type { CircuitSettings, StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import { useLive } from '../feed/context.tsx';
import { formatDifference } from '../format/number.ts';
import { askedByCurve, differenceOf } from '../model/curve-past.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWidth } from '../parts/use-width.ts';
import { useWords } from '../parts/words.ts';
import type { TrendLine } from '../trends/lines.ts';
import { TrendPanels } from '../trends/panels.tsx';

const SHOWN_MS = 3 * 86_400_000;
/** The low-pass needs this long before what is shown, ms. */
const RUN_IN_MS = 86_400_000;
const MAX_POINTS = 480;

interface PastProps {
  readonly view: StationView;
  /** With the curve that is being drawn. */
  readonly circuit: CircuitSettings;
  readonly time_constant_h: number;
}

export function CurvePast({ view, circuit, time_constant_h }: PastProps) {
  const { t, language } = useWords();
  const { clock } = useLive();
  const [box, width] = useWidth<HTMLDivElement>();
  const points = {
    outdoor: 'outdoor_c',
    supply: `circuits.${circuit.id}.supply_c`,
    set: `circuits.${circuit.id}.supply_set_c`,
  };
  const [to] = useState(() => clock.now());
  const [ask] = useState(
    () => (signal: AbortSignal) =>
      api.history({
        id: view.id,
        points: Object.values(points),
        from: to - SHOWN_MS - RUN_IN_MS,
        to,
        max_points: MAX_POINTS,
        signal,
      }),
  );
  const { answer, problem } = useAsked(ask, 0);
  const from = to - SHOWN_MS;
  const seriesOf = (point: string) => answer?.series.find((each) => each.point === point);
  const outdoor = seriesOf(points.outdoor);
  const asked = seriesOf(points.set);
  const next = askedByCurve(circuit, outdoor?.points ?? [], { from, time_constant_h });
  const line = (key: string, style: number, of: TrendLine['series']): TrendLine => ({
    key,
    name: t(`curve.past.${key === 'measured' || key === 'asked' ? key : 'next'}`),
    series: { ...of, points: of.points.filter(([at]) => at >= from) },
    every_s: view.every_s,
    style,
    earlier: false,
  });
  const supply = seriesOf(points.supply);
  const drawn = { point: points.supply, unit: '°C', total: outdoor?.total ?? 0, points: next };
  const lines = [
    ...(supply ? [line('measured', 6, supply)] : []),
    ...(asked ? [line('asked', 1, asked)] : []),
    line('next', 2, drawn),
  ];
  const by = asked ? differenceOf(next, asked.points) : null;
  return (
    <figure className="curve-past">
      <figcaption>{t('curve.past.title')}</figcaption>
      {problem && <ProblemNote problem={problem} />}
      <div ref={box} className={answer ? undefined : 'waiting'}>
        {answer && width > 0 && next.length > 1 && (
          <TrendPanels lines={lines} from={from} to={to} width={width} plot_px={150} />
        )}
        {answer && next.length <= 1 && <p className="quiet">{t('curve.past.nothing')}</p>}
      </div>
      {by && (
        <p className="quiet">
          {t('curve.past.difference', {
            mean: formatDifference(by.mean_k, 1, language),
            least: formatDifference(by.least_k, 1, language),
            most: formatDifference(by.most_k, 1, language),
          })}
        </p>
      )}
    </figure>
  );
}
