/** A short source: the limit, what is given against it, and each station's share. */
import type { SourceStation, SourceView } from '@heat-center/api/source.ts';
import { useState } from 'react';
import { formatDifference, formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { bySource } from '../model/source.ts';
import { Age, Moment } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Scale } from '../parts/scale.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { Fact, Facts } from './fact.tsx';
import { EndLimitDialog, LimitDialog, limitText } from './limit-dialog.tsx';
import { networkApi } from './network-api.ts';
import { SourceSettingsDialog } from './source-settings.tsx';
import { NotLooked } from './not-looked.tsx';
import { StationName } from './station-name.tsx';

function Signs({ view }: { view: SourceView }) {
  const words = useWords();
  const { t } = words;
  return (
    <ul className="notices">
      {view.signs.map(({ code, since, params }) => (
        <li key={code} className="notice">
          {wordFor(t, `source.sign.${code}`, { ...params, time: formatTime(since, 'dateTime', words) })}
        </li>
      ))}
      {!view.reachable && <li className="notice">{t('source.unreachable')}</li>}
    </ul>
  );
}

function Power({ view }: { view: SourceView }) {
  const { t, language } = useWords();
  const { total_kw, total_from, limit_kw } = view;
  const kw = (value: number) => `${formatNumber(value, 0, language)} kW`;
  const guessed = view.stations.filter(({ power_kw }) => power_kw === null).length;
  const high = Math.max(total_kw ?? 0, limit_kw ?? 0) * 1.15;
  return (
    <div className="source-power">
      <span className="big">{total_kw === null ? '–' : kw(total_kw)}</span>
      <span className="quiet">{t(`source.totalFrom.${total_from ?? 'none'}`)}</span>
      {total_from === 'stations' && guessed > 0 && (
        <span className="quiet">{t('source.guessed', { count: guessed })}</span>
      )}
      {limit_kw !== null && high > 0 && (
        <>
          <Scale low={0} high={high} value={total_kw} set={limit_kw} min={0} max={limit_kw} />
          <span>{t('source.ofLimit', { limit: kw(limit_kw) })}</span>
        </>
      )}
    </div>
  );
}

function Figures({ view }: { view: SourceView }) {
  const { t, language } = useWords();
  const percent = (value: number | null) =>
    value === null ? '–' : `${formatNumber(value * 100, 0, language)} %`;
  return (
    <Facts>
      <Fact name={t('source.share')} help={t('source.shareHelp')}>
        {percent(view.share)}
      </Fact>
      <Fact name={t('source.spread')}>{percent(view.spread)}</Fact>
      <Fact name={t('source.normalLoad')}>{percent(view.normal_load)}</Fact>
      <Fact name={t('source.loss')}>
        {view.loss_kw === null ? '–' : `${formatNumber(view.loss_kw, 0, language)} kW`}
      </Fact>
      {view.next_step_at !== null && (
        <Fact name={t('source.nextStep')}>
          <Moment at={view.next_step_at} />
        </Fact>
      )}
      <Fact name={t('network.looked')}>
        <Age at={view.at} suffix />
      </Fact>
    </Facts>
  );
}

function Row({ station }: { station: SourceStation }) {
  const { t, language } = useWords();
  const { id, priority, state, why, power_kw, design_kw, load, load_from, share, floor, after } = station;
  const kw = (value: number | null) => (value === null ? '–' : formatNumber(value, 0, language));
  const percent = (value: number) => `${formatNumber(value * 100, 0, language)} %`;
  return (
    <tr className={state === 'left_out' ? 'off' : undefined}>
      <td>
        <StationName id={id} />{' '}
        {priority !== 'ordinary' && <span className="quiet">{t(`priority.${priority}`)}</span>}
      </td>
      <td>
        {state === 'starved' || state === 'floor' ? (
          <b>{t(`source.state.${state}`)}</b>
        ) : (
          t(`source.state.${state}`)
        )}
        {why !== null && <span className="quiet"> · {t(`source.why.${why}`)}</span>}
      </td>
      <td className="number" title={load_from === null ? undefined : t(`source.loadFrom.${load_from}`)}>
        {load === null ? '–' : percent(load)}
      </td>
      <td className="warmth">
        <Scale low={0} high={1.2} value={load} set={share} min={floor ?? 0} max={share ?? 1.2} />
      </td>
      <td className="number">{share === null ? '–' : percent(share)}</td>
      <td className="number minor">{floor === null ? '–' : percent(floor)}</td>
      <td className="number minor">
        {kw(power_kw)} <span className="quiet">/ {kw(design_kw)} kW</span>
      </td>
      <td className="number minor">
        {after === null ? '–' : `${formatDifference(after.offset_k, 1, language)} K`}
      </td>
    </tr>
  );
}

function Stations({ view }: { view: SourceView }) {
  const { t } = useWords();
  if (view.stations.length === 0) return <p className="quiet">{t('source.empty')}</p>;
  return (
    <div className="scroll-x">
      <table className="list">
        <thead>
          <tr>
            <th>{t('network.station')}</th>
            <th>{t('source.stateOf')}</th>
            <th className="number" title={t('source.loadHelp')}>
              {t('source.load')}
            </th>
            <th aria-label={t('source.load')} />
            <th className="number">{t('source.shareOf')}</th>
            <th className="number minor">{t('source.floor')}</th>
            <th className="number minor">{t('source.power')}</th>
            <th className="number minor" title={t('source.afterHelp')}>
              {t('source.after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {bySource(view.stations).map((station) => (
            <Row key={station.id} station={station} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The limit as people set it, with its reason and its end. */
function Limit({ view }: { view: SourceView }) {
  const words = useWords();
  const { t } = words;
  const { limit, phase, since } = view;
  return (
    <p className={phase === 'normal' ? undefined : 'notice'}>
      <b>{t(`source.phase.${phase}`)}</b>
      {since !== null && ` ${t('source.since', { time: formatTime(since, 'dateTime', words) })}`}
      {limit && ` · ${t('source.limited', { limit: limitText(limit, words) })}`}
      {limit?.from !== undefined &&
        ` · ${t('source.begins', { time: formatTime(limit.from, 'dateTime', words) })}`}
      {limit?.until !== undefined &&
        ` · ${t('source.endsAt', { time: formatTime(limit.until, 'dateTime', words) })}`}
      {limit?.reason !== undefined && ` · ${limit.reason}`}
    </p>
  );
}

type Doing = 'limit' | 'end' | 'settings';

export function Source() {
  const { t } = useWords();
  const may = useMay();
  const { answer, problem, again } = useAsked(networkApi.source);
  const { answer: all, again: settingsAgain } = useAsked(networkApi.settings);
  const [doing, setDoing] = useState<Doing | null>(null);
  const dialog = {
    close: () => setDoing(null),
    saved: () => {
      again();
      settingsAgain();
    },
  };
  const button = (what: Doing, text: string) => (
    <button type="button" className="button small" onClick={() => setDoing(what)}>
      {text}
    </button>
  );
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('network.source')}</h2>
        {may('limit_source') && all && (
          <>
            {button('limit', t(all.source?.limit ? 'source.changeLimit' : 'source.setLimit'))}
            {all.source?.limit && button('end', t('source.end'))}
          </>
        )}
        {may('configure') && all && button('settings', t('source.change'))}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!answer && !problem && <div className="skeleton" aria-hidden="true" />}
      {answer?.at === null && <NotLooked />}
      {answer && answer.at !== null && (
        <>
          <Limit view={answer} />
          <Signs view={answer} />
          <Power view={answer} />
          <Figures view={answer} />
          <Stations view={answer} />
        </>
      )}
      {doing === 'limit' && answer && all && <LimitDialog {...dialog} settings={all} view={answer} />}
      {doing === 'end' && <EndLimitDialog {...dialog} />}
      {doing === 'settings' && all && <SourceSettingsDialog {...dialog} settings={all} />}
    </section>
  );
}
