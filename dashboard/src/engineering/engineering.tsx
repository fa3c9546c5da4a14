/** For engineers: what the center refused, and what a station sent that nobody knows. */
import type { StationDetail } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { api } from '../api.ts';
import { useCenter, useFeed } from '../feed/context.tsx';
import type { FeedState } from '../feed/state.ts';
import { nameIn } from '../format/point.ts';
import type { Language } from '../format/point.ts';
import { errorMeaning, errorRemedy } from '../i18n/index.ts';
import { Moment } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';

function Rejected() {
  const { t } = useWords();
  const { answer, problem } = useAsked(api.rejected);
  const messages = answer?.rejected ?? null;
  return (
    <section className="panel">
      <h2>{t('engineering.rejected')}</h2>
      <p className="quiet">{t('engineering.rejectedHelp')}</p>
      {problem && <ProblemNote problem={problem} />}
      {messages?.length === 0 && <p>{t('engineering.noRejected')}</p>}
      {messages && messages.length > 0 && (
        <div className="scroll-x">
          <table className="list">
            <thead>
              <tr>
                <th>{t('engineering.time')}</th>
                <th>{t('engineering.station')}</th>
                <th>{t('engineering.code')}</th>
                <th>{t('engineering.meaning')}</th>
                <th>{t('engineering.excerpt')}</th>
              </tr>
            </thead>
            <tbody>
              {messages.map((message, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- refused messages have no id of their own
                <tr key={`${message.at} ${index}`}>
                  <td>
                    <Moment at={message.at} seconds />
                  </td>
                  <td>
                    <Link href={`/stations/${encodeURIComponent(message.station)}`}>{message.station}</Link>
                  </td>
                  <td>
                    <code>{message.code}</code>
                  </td>
                  <td>
                    {errorMeaning(t, message.code)}{' '}
                    <span className="quiet">{errorRemedy(t, message.code)}</span>
                  </td>
                  <td>
                    <code className="excerpt" title={message.excerpt}>
                      {message.excerpt}
                    </code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Stations as "id\tname" lines in one string, so that the chooser draws only when one comes or goes. */
const stationLines =
  (language: Language) =>
  ({ stations }: FeedState): string =>
    [...stations.values()].map(({ id, name }) => `${id}\t${nameIn(name, language, id)}`).join('\n');

function Counts({ detail }: { detail: StationDetail }) {
  const { t } = useWords();
  const counters = Object.entries(detail.counters).filter(([, count]) => count > 0);
  return (
    <div className="columns">
      <div>
        <h3>{t('engineering.counters')}</h3>
        {counters.length === 0 && <p className="quiet">{t('engineering.noCounters')}</p>}
        <ul className="counts">
          {counters.map(([code, count]) => (
            <li key={code}>
              <b>{count}</b> <code>{code}</code> <span className="quiet">{errorMeaning(t, code)}</span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3>{t('engineering.unknown')}</h3>
        {detail.unknown_points.length === 0 && <p className="quiet">{t('engineering.noUnknown')}</p>}
        <ul className="counts">
          {detail.unknown_points.map(({ point, count, last_at }) => (
            <li key={point}>
              <b>{count}</b> <code>{point}</code>{' '}
              <span className="quiet">
                <Moment at={last_at} seconds />
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3>{t('engineering.gaps')}</h3>
        {detail.gaps.length === 0 && <p className="quiet">{t('engineering.noGaps')}</p>}
        <ul className="counts">
          {detail.gaps.map((gap) => (
            <li key={`${gap.boot} ${gap.from_seq}`}>
              {t('engineering.gap', { from: gap.from_seq, to: gap.to_seq, boot: gap.boot })}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function StationCounts() {
  const { t, language } = useWords();
  const [query, setQuery] = useSearchParams();
  const lines = useFeed(stationLines(language));
  const stations = lines === '' ? [] : lines.split('\n').map((line) => line.split('\t'));
  const id = query.get('station') ?? stations[0]?.[0] ?? '';
  const [ask, setAsk] = useState<{ id: string; by: (signal: AbortSignal) => Promise<StationDetail> } | null>(
    null,
  );
  if (id !== '' && ask?.id !== id) setAsk({ id, by: (signal) => api.station(id, signal) });
  const { answer, problem } = useAsked(ask?.by ?? null);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('engineering.station')}</h2>
        <select
          aria-label={t('engineering.choose')}
          value={id}
          onChange={(event) => setQuery({ station: event.target.value }, { replace: true })}
        >
          {stations.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {answer && answer.id === id && <Counts detail={answer} />}
    </section>
  );
}

export function EngineeringView() {
  const { t } = useWords();
  const center = useCenter();
  return (
    <div className="engineering">
      <header className="view-head">
        <h1>{t('engineering.title')}</h1>
        {center && (
          <span className="quiet">
            {t('engineering.version', { version: center.version, epoch: center.epoch })} ·{' '}
            <a href="/api/openapi.json">OpenAPI</a>
          </span>
        )}
      </header>
      <Rejected />
      <StationCounts />
    </div>
  );
}
