/** Load of the network over the next three days, and the weather forecast that it follows. */
import type { NetworkLoadForecast } from '@heat-center/api/learning.ts';
import type { WeatherView } from '@heat-center/api/weather.ts';
import { useState } from 'react';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { Age } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { Fact, Facts } from './fact.tsx';
import { LoadChart, LoadSums } from './load-parts.tsx';
import { networkApi } from './network-api.ts';
import { StationName } from './station-name.tsx';
import { WeatherDialog } from './weather-dialog.tsx';

function Figures({ view }: { view: NetworkLoadForecast }) {
  const { t, language } = useWords();
  const kw = (value: number) => `${formatNumber(value, 0, language)} kW`;
  return (
    <Facts>
      <Fact name={t('forecast.now')}>{view.now_kw === null ? '–' : kw(view.now_kw)}</Fact>
      <LoadSums hours={view.hours} />
      <Fact name={t('forecast.basis')}>
        {view.stations === 0
          ? '–'
          : t('forecast.learned', { learned: view.learned, stations: view.stations })}
      </Fact>
    </Facts>
  );
}

function Weather({ view, weather }: { view: NetworkLoadForecast; weather: WeatherView | null }) {
  const words = useWords();
  const { t } = words;
  return (
    <p className="quiet">
      {view.weather
        ? t('forecast.follows', {
            source: view.weather.source,
            time: formatTime(view.weather.issued_at, 'dateTime', words),
          })
        : t('forecast.noWeather')}{' '}
      {weather && weather.provider !== 'none' && (
        <>
          {t(`forecast.providers.${weather.provider}`)}: {t(`forecast.state.${weather.state}`)}
          {weather.taken_at !== null && (
            <>
              {' '}
              (<Age at={weather.taken_at} suffix />)
            </>
          )}
          {weather.trouble !== null && ` ${weather.trouble}`}{' '}
        </>
      )}
      {weather?.attribution && (
        <a href={weather.attribution.url} rel="noreferrer" target="_blank">
          {weather.attribution.text}
        </a>
      )}
    </p>
  );
}

function Without({ ids }: { ids: readonly string[] }) {
  const { t } = useWords();
  if (ids.length === 0) return null;
  return (
    <details className="left-out">
      <summary>{t('forecast.without', { count: ids.length })}</summary>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <StationName id={id} />
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Forecast() {
  const { t } = useWords();
  const may = useMay();
  const { answer, problem, again } = useAsked(networkApi.load);
  const weather = useAsked(networkApi.weather);
  const settings = useAsked(networkApi.settings);
  const [changing, setChanging] = useState(false);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('forecast.title')}</h2>
        {may('configure') && settings.answer && (
          <button type="button" className="button small" onClick={() => setChanging(true)}>
            {t('forecast.change')}
          </button>
        )}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!answer && !problem && <div className="skeleton" aria-hidden="true" />}
      {answer && (
        <>
          {answer.why !== null && (
            <p className="notice">
              {t(`forecast.why.${answer.why}`)}{' '}
              {answer.why === 'no_forecast' &&
                weather.answer &&
                t(weather.answer.provider === 'none' ? 'forecast.setService' : 'forecast.isAsked')}
            </p>
          )}
          <Figures view={answer} />
          <LoadChart hours={answer.hours} />
          <Weather view={answer} weather={weather.answer} />
          <Without ids={answer.without} />
        </>
      )}
      {changing && settings.answer && (
        <WeatherDialog
          settings={settings.answer}
          close={() => setChanging(false)}
          saved={() => {
            again();
            weather.again();
            settings.again();
          }}
        />
      )}
    </section>
  );
}
