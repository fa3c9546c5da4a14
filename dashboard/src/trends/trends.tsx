/** Points of any stations together, over any span, beside the same of a day or a week before. */
import { useFeed, useLive } from '../feed/context.tsx';
import { formatTime } from '../format/time.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Spans } from '../parts/spans.tsx';
import { useWidth } from '../parts/use-width.ts';
import { useWords } from '../parts/words.ts';
import { EARLIER_KEYS, keyOf, MOST, SPAN_KEYS, SPANS, useChoice } from './choice.ts';
import type { Choice } from './choice.ts';
import type { TrendLine } from './lines.ts';
import { TrendNotes } from './notes.tsx';
import { TrendPanels } from './panels.tsx';
import { Picker, usePickName } from './picker.tsx';
import { useSeries } from './use-series.ts';
import type { Answered } from './use-series.ts';

const PLOT_PX = 440;

interface ChoiceProps {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

/** Back and forth by half a span; the present again follows by itself. */
function Shift({ choice, choose }: ChoiceProps) {
  const words = useWords();
  const { t } = words;
  const { clock } = useLive();
  const half = SPANS[choice.span] * 500;
  const move = (by: number) => {
    const now = clock.now();
    const end = (choice.end ?? now) + by;
    choose({ ...choice, end: end >= now ? null : Math.round(end) });
  };
  return (
    <div className="shift">
      <button type="button" className="button small" onClick={() => move(-half)}>
        ← {t('trends.back')}
      </button>
      <button
        type="button"
        className="button small"
        disabled={choice.end === null}
        onClick={() => move(half)}
      >
        {t('trends.forth')} →
      </button>
      <button
        type="button"
        className="button small"
        disabled={choice.end === null}
        onClick={() => choose({ ...choice, end: null })}
      >
        {t('trends.now')}
      </button>
      <span className="quiet">
        {choice.end === null
          ? t('trends.follows')
          : t('trends.until', { time: formatTime(choice.end, 'zoned', words) })}
      </span>
    </div>
  );
}

function Bar({ choice, choose }: ChoiceProps) {
  const { t } = useWords();
  return (
    <div className="trends-bar">
      <Spans
        label={t('trend.span')}
        values={SPAN_KEYS}
        value={choice.span}
        text={(span) => t(`trends.spans.${span}`)}
        choose={(span) => choose({ ...choice, span })}
      />
      <Shift choice={choice} choose={choose} />
      <Spans
        label={t('trends.compare')}
        values={EARLIER_KEYS}
        value={choice.earlier}
        text={(earlier) => t(`trends.earlier.${earlier}`)}
        choose={(earlier) => choose({ ...choice, earlier })}
      />
    </div>
  );
}

function Chart({ choice, answered, width }: { choice: Choice; answered: Answered; width: number }) {
  const { t } = useWords();
  const stations = useFeed((state) => state.stations);
  const nameOf = usePickName();
  const lines = choice.picks.flatMap((pick, style): TrendLine[] => {
    const key = keyOf(pick);
    const view = stations.get(pick.id);
    const name = nameOf(pick, view);
    const every_s = view?.every_s ?? { default: 60, meter: 900 };
    const line = (series: TrendLine['series'] | undefined, earlier: boolean): TrendLine[] =>
      series
        ? [
            {
              key: earlier ? `${key} earlier` : key,
              name: earlier ? `${t(`trends.earlier.${choice.earlier}`)} · ${name}` : name,
              series,
              every_s,
              style,
              earlier,
            },
          ]
        : [];
    return [...line(answered.earlier.get(key), true), ...line(answered.now.get(key), false)];
  });
  return (
    <>
      <TrendPanels lines={lines} from={answered.from} to={answered.to} width={width} plot_px={PLOT_PX} />
      <TrendNotes series={lines.map(({ series }) => series)} behind_s={answered.behind_s} loading={false} />
    </>
  );
}

export function TrendsView() {
  const { t } = useWords();
  const [choice, choose] = useChoice();
  const [box, width] = useWidth<HTMLDivElement>();
  const { answered, problem, loading } = useSeries(choice);
  const most = choice.earlier === 'none' ? MOST : MOST / 2;
  const empty = choice.picks.length === 0;
  return (
    <div className="engineering">
      <header className="view-head">
        <h1>{t('trends.title')}</h1>
      </header>
      <section className="panel trend">
        <Picker picks={choice.picks} most={most} choose={(picks) => choose({ ...choice, picks })} />
        <Bar choice={choice} choose={choose} />
        {problem && <ProblemNote problem={problem} />}
        <div ref={box} className={loading ? 'trend-box loading' : 'trend-box'}>
          {empty && <p className="quiet">{t('trends.empty')}</p>}
          {!empty && answered && width > 0 && <Chart choice={choice} answered={answered} width={width} />}
        </div>
      </section>
    </div>
  );
}
