/** Heat that a station will take in the hours to come, and what that is known from. */
import type { StationLoadForecast } from '@heat-center/api/learning.ts';
import { useCallback } from 'react';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { Fact, Facts } from '../network/fact.tsx';
import { LoadChart, LoadSums } from '../network/load-parts.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { learningApi } from './learning-api.ts';

/** It changes each hour, and with each weather forecast. */
const AGAIN_MS = 60_000;
const ASKED_HOURS = 72;

function Figures({ load }: { load: StationLoadForecast }) {
  const { t, language } = useWords();
  const { now_kw, basis, hours, hours_seen } = load;
  return (
    <Facts>
      <Fact name={t('forecast.now')}>
        {now_kw === null ? '–' : `${formatNumber(now_kw, 0, language)} kW`}
      </Fact>
      <LoadSums hours={hours} />
      <Fact name={t('load.basis')}>
        {basis === null ? '–' : t(`load.from.${basis}`, { count: hours_seen })}
      </Fact>
    </Facts>
  );
}

function Weather({ load }: { load: StationLoadForecast }) {
  const words = useWords();
  const { t } = words;
  const { weather, hours } = load;
  if (!weather) return null;
  return (
    <p className="quiet">
      {t('forecast.follows', {
        source: weather.source,
        time: formatTime(weather.issued_at, 'dateTime', words),
      })}{' '}
      {hours.length > 0 && hours.length < ASKED_HOURS && t('load.reaches', { count: hours.length })}
    </p>
  );
}

export function LoadPanel({ id }: { id: string }) {
  const { t } = useWords();
  const ask = useCallback((signal: AbortSignal) => learningApi.load(id, ASKED_HOURS, signal), [id]);
  const { answer, problem } = useAsked(ask, AGAIN_MS);
  return (
    <section className="panel load">
      <h2>{t('load.title')}</h2>
      {problem && <ProblemNote problem={problem} />}
      {!answer && !problem && <div className="skeleton" aria-hidden="true" />}
      {answer && (
        <>
          {answer.why !== null && <p className="quiet">{t(`load.why.${answer.why}`)}</p>}
          {(answer.why === null || answer.now_kw !== null) && <Figures load={answer} />}
          <LoadChart hours={answer.hours} />
          {answer.why === null && <Weather load={answer} />}
        </>
      )}
    </section>
  );
}
