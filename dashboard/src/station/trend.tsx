/** The course of a station's points, continued by the live feed. */
import type { StationDetail, StationView } from '@heat-center/api/stations.ts';
import type { ShownSeries } from '../charts/series.ts';
import { pointName } from '../format/point.ts';
import { formatTime } from '../format/time.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Spans } from '../parts/spans.tsx';
import { useWidth } from '../parts/use-width.ts';
import { useWords } from '../parts/words.ts';
import type { Panel, TrendLine } from '../trends/lines.ts';
import { TrendNotes } from '../trends/notes.tsx';
import { TrendPanels } from '../trends/panels.tsx';
import { PointChooser } from './point-chooser.tsx';
import { SPAN_KEYS, SPANS } from './trend-choice.ts';
import type { TrendChoice } from './trend-choice.ts';
import { useHistory } from './use-history.ts';

function limitsFor(view: StationView, panel: Panel): readonly number[] {
  const circuits = new Set(panel.lines.map(({ series }) => series.point.split('.')[1] ?? ''));
  if (panel.unit !== '°C' || circuits.size !== 1) return [];
  const limits = view.circuits.find(({ id }) => circuits.has(id))?.limits;
  return limits ? [limits.supply_min_c, limits.supply_max_c] : [];
}

type Gaps = readonly StationDetail['gaps'][number][];

/** Samples that the station lost before it could send them: said in words, marked in the chart. */
function Lost({ gaps }: { gaps: Gaps }) {
  const words = useWords();
  return gaps.map(({ boot, from_seq, to_seq, at }) => (
    <p key={`${boot} ${from_seq}`} className="lost-note">
      {words.t('lost.samples', { count: to_seq - from_seq + 1, time: formatTime(at, 'dateTime', words) })}
    </p>
  ));
}

interface TrendProps {
  readonly view: StationView;
  readonly choice: TrendChoice;
  readonly gaps: Gaps;
}

export function Trend({ view, choice, gaps }: TrendProps) {
  const { t, language } = useWords();
  const [box, width] = useWidth<HTMLDivElement>();
  const past = useHistory(view, choice.points, SPANS[choice.span]);
  const lost = gaps.filter(({ at }) => at >= past.from && at <= past.to);
  const lineOf = (series: ShownSeries): TrendLine => ({
    key: series.point,
    name: pointName(series.point, language),
    series,
    every_s: view.every_s,
    style: choice.points.indexOf(series.point),
    earlier: false,
  });
  return (
    <section className="panel trend">
      <div className="panel-head">
        <h2>{t('station.trend')}</h2>
        <PointChooser view={view} choice={choice} />
        <Spans
          label={t('trend.span')}
          values={SPAN_KEYS}
          value={choice.span}
          text={(span) => t(`trend.spans.${span}`)}
          choose={(span) => choice.choose(choice.points, span)}
        />
      </div>
      {past.problem && <ProblemNote problem={past.problem} />}
      <div ref={box} className={past.loading ? 'trend-box loading' : 'trend-box'}>
        {choice.points.length === 0 && <p className="quiet">{t('trend.choose')}</p>}
        {width > 0 && choice.points.length > 0 && (
          <TrendPanels
            lines={past.series.map(lineOf)}
            from={past.from}
            to={past.to}
            width={width}
            limitsFor={(panel) => limitsFor(view, panel)}
            lost={lost.map(({ at }) => at)}
          />
        )}
      </div>
      {choice.points.length > 0 && (
        <TrendNotes series={past.series} behind_s={past.behind_s} loading={past.loading}>
          <Lost gaps={lost} />
        </TrendNotes>
      )}
    </section>
  );
}
