/** The plan of the next hours: heat shifted with the mass of the buildings, and what rooms feel of it. */
import type { PlanView } from '@heat-center/api/shaving.ts';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatDifference, formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { planLines } from '../model/plan.ts';
import type { PlanLine } from '../model/plan.ts';
import { Age } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { Course } from './course.tsx';
import { Fact, Facts } from './fact.tsx';
import { networkApi } from './network-api.ts';
import { PlanSettings } from './plan-settings.tsx';
import { StationName } from './station-name.tsx';

const STYLES: Record<PlanLine['key'], number> = {
  baseline: 6,
  planned: 2,
  cap: 1,
  warmest: 2,
  coldest: 0,
  price: 4,
  outdoor: 3,
};
const PLOT_PX = 420;

function Chart({ view }: { view: PlanView }) {
  const { t } = useWords();
  const [first, last] = [view.hours[0], view.hours.at(-1)];
  if (!first || !last) return null;
  const lines = planLines(view).map(({ key, series }) => ({
    key,
    name: t(`plan.line.${key}`),
    series,
    style: STYLES[key],
    step: key !== 'warmest' && key !== 'coldest',
  }));
  return <Course lines={lines} from={first.from} to={last.to} plot_px={PLOT_PX} />;
}

function Figures({ view }: { view: PlanView }) {
  const { t, language } = useWords();
  const kw = (value: number | null) => (value === null ? '–' : `${formatNumber(value, 0, language)} kW`);
  const { shifted_kwh, saved, load_from, outdoor_from, made_at, exceeded_kw } = view;
  return (
    <Facts>
      <Fact name={t('plan.peak')}>
        {kw(view.baseline_peak_kw)} → <b>{kw(view.planned_peak_kw)}</b>
      </Fact>
      {exceeded_kw !== null && exceeded_kw > 0 && <Fact name={t('plan.exceeded')}>{kw(exceeded_kw)}</Fact>}
      <Fact name={t('plan.shifted')}>
        {shifted_kwh === null ? '–' : `${formatNumber(shifted_kwh, 0, language)} kWh`}
      </Fact>
      {saved !== null && <Fact name={t('plan.saved')}>{formatNumber(saved, 0, language)}</Fact>}
      <Fact name={t('plan.basis')}>
        {[
          ...(load_from === null ? [] : [t(`plan.loadFrom.${load_from}`)]),
          ...(outdoor_from === null ? [] : [t(`plan.outdoorFrom.${outdoor_from}`)]),
        ].join(' · ') || '–'}
      </Fact>
      <Fact name={t('plan.made')}>
        <Age at={made_at} suffix />
      </Fact>
    </Facts>
  );
}

function Classes({ view }: { view: PlanView }) {
  const { t, language } = useWords();
  const span = (values: readonly number[], decimals: number) =>
    values.length === 0
      ? '–'
      : `${formatDifference(Math.min(...values), decimals, language)} … ${formatDifference(Math.max(...values), decimals, language)}`;
  return (
    <div className="scroll-x">
      <table className="list">
        <thead>
          <tr>
            <th className="number">{t('plan.stations')}</th>
            <th className="number">{t('field.time_constant_h')}</th>
            <th className="number">{t('plan.band')}</th>
            <th className="number">{t('plan.shift')}</th>
            <th className="number">{t('plan.rooms')}</th>
          </tr>
        </thead>
        <tbody>
          {view.classes.map(({ stations, time_constant_h, learned, band_k, heat_kw, room_k }) => (
            <tr key={stations[0]}>
              <td className="number" title={stations.join(', ')}>
                {stations.length}
              </td>
              <td className="number">
                {formatNumber(time_constant_h, 0, language)} h{' '}
                <span className="quiet">{t('plan.learned', { count: learned })}</span>
              </td>
              <td className="number">±{formatNumber(band_k, 1, language)} K</td>
              <td className="number">{span(heat_kw, 0)} kW</td>
              <td className="number">{span(room_k, 2)} K</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LeftOut({ view }: { view: PlanView }) {
  const { t } = useWords();
  if (view.left_out.length === 0) return null;
  return (
    <details className="left-out">
      <summary>{t('network.leftOut', { count: view.left_out.length })}</summary>
      <ul>
        {view.left_out.map(({ id, why }) => (
          <li key={id}>
            <StationName id={id} /> <span className="quiet">{t(`plan.why.${why}`)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Status({ view }: { view: PlanView }) {
  const words = useWords();
  const { t } = words;
  const { status, until, trouble } = view;
  const bad = status === 'exceeded' || status === 'lapsed';
  return (
    <p className={bad ? 'notice' : undefined}>
      <b>{t(`plan.status.${status}`)}</b>
      {until !== null && ` ${t('plan.until', { time: formatTime(until, 'dateTime', words) })}`}
      {trouble !== null && <span className="quiet"> {t('plan.trouble', { detail: trouble })}</span>}
    </p>
  );
}

export function Plan() {
  const { t } = useWords();
  const may = useMay();
  const { answer, problem, again } = useAsked(networkApi.plan);
  const settings = useAsked(networkApi.settings);
  const [changing, setChanging] = useState(false);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('network.plan')}</h2>
        {may('configure') && settings.answer && (
          <button type="button" className="button small" onClick={() => setChanging(true)}>
            {t('plan.change')}
          </button>
        )}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!answer && !problem && <div className="skeleton" aria-hidden="true" />}
      {answer && (
        <>
          <Status view={answer} />
          {answer.status === 'off' && (
            <p className="quiet">
              {t('plan.about')} <Link href="/network/forecast">{t('plan.expected')}</Link>
            </p>
          )}
          {answer.hours.length > 0 && <Figures view={answer} />}
          <Chart view={answer} />
          {answer.classes.length > 0 && <Classes view={answer} />}
          <LeftOut view={answer} />
        </>
      )}
      {changing && settings.answer && (
        <PlanSettings
          settings={settings.answer}
          close={() => setChanging(false)}
          saved={() => {
            again();
            settings.again();
          }}
        />
      )}
    </section>
  );
}
