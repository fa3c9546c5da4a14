/** Stations that never take part in the plan: chosen ones to take back, and a chooser to add one. */
import { useState } from 'react';
import { useFeed } from '../feed/context.tsx';
import type { FeedState } from '../feed/state.ts';
import { nameIn } from '../format/point.ts';
import type { Language } from '../format/point.ts';
import { useWords } from '../parts/words.ts';

/** Stations as "id\tname" lines in one string, so that the chooser draws only when one comes or goes. */
const stationLines =
  (language: Language) =>
  ({ stations }: FeedState): string =>
    [...stations.values()]
      .filter(({ kind }) => kind === 'station')
      .map(({ id, name }) => `${id}\t${nameIn(name, language, id)}`)
      .join('\n');

interface ExcludedProps {
  readonly ids: readonly string[];
  readonly set: (ids: readonly string[]) => void;
}

export function Excluded({ ids, set }: ExcludedProps) {
  const { t, language } = useWords();
  const lines = useFeed(stationLines(language));
  const names = new Map(
    lines === ''
      ? []
      : lines.split('\n').map((line): [string, string] => {
          const [id = '', name = ''] = line.split('\t');
          return [id, name];
        }),
  );
  const free = [...names]
    .filter(([id]) => !ids.includes(id))
    .toSorted(([, a], [, b]) => a.localeCompare(b, language, { numeric: true }));
  const [wanted, setWanted] = useState('');
  const chosen = free.some(([id]) => id === wanted) ? wanted : (free[0]?.[0] ?? '');
  return (
    <fieldset className="excluded">
      <legend>{t('plan.excluded')}</legend>
      <div className="adder">
        <select
          aria-label={t('plan.excludedStation')}
          value={chosen}
          onChange={(event) => setWanted(event.target.value)}
        >
          {free.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button"
          disabled={chosen === ''}
          onClick={() => set([...ids, chosen])}
        >
          {t('plan.exclude')}
        </button>
      </div>
      {ids.length > 0 && (
        <ul className="picks" aria-label={t('plan.excluded')}>
          {ids.map((id) => {
            const name = names.get(id) ?? id;
            return (
              <li key={id}>
                {name}
                <button
                  type="button"
                  className="link"
                  aria-label={t('plan.include', { station: name })}
                  onClick={() => set(ids.filter((each) => each !== id))}
                >
                  ×
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </fieldset>
  );
}
