/** Which points of which stations: chosen ones to take away, and two choosers to add one. */
import type { StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { useFeed } from '../feed/context.tsx';
import type { FeedState } from '../feed/state.ts';
import { definitionOf, nameIn, pointName } from '../format/point.ts';
import type { Language } from '../format/point.ts';
import { useWords } from '../parts/words.ts';
import { sortedPoints } from '../station/point-chooser.tsx';
import { keyOf } from './choice.ts';
import type { Pick } from './choice.ts';

/** Stations as "id\tname" lines in one string, so that the chooser draws only when one comes or goes. */
const stationLines =
  (language: Language) =>
  ({ stations }: FeedState): string =>
    [...stations.values()].map(({ id, name }) => `${id}\t${nameIn(name, language, id)}`).join('\n');

const pointsKey = (view: StationView | undefined): string => (view ? sortedPoints(view).join(' ') : '');

interface PickerProps {
  readonly picks: readonly Pick[];
  readonly most: number;
  readonly choose: (picks: readonly Pick[]) => void;
}

function Adder({ picks, most, choose }: PickerProps) {
  const { t, language } = useWords();
  const lines = useFeed(stationLines(language));
  const stations = lines === '' ? [] : lines.split('\n').map((line) => line.split('\t'));
  stations.sort(([, a = ''], [, b = '']) => a.localeCompare(b, language, { numeric: true }));
  const [station, setStation] = useState('');
  const [wanted, setWanted] = useState('circuits.low.supply_c');
  const id = station === '' ? (picks.at(-1)?.id ?? stations[0]?.[0] ?? '') : station;
  const key = useFeed((state) => pointsKey(state.stations.get(id)));
  const points = key === '' ? [] : key.split(' ');
  // The same point of the next station is what people compare.
  const point = points.includes(wanted) ? wanted : (points[0] ?? '');
  const known = picks.some((pick) => pick.id === id && pick.point === point);
  return (
    <form
      className="adder"
      onSubmit={(event) => {
        event.preventDefault();
        choose([...picks, { id, point }]);
      }}
    >
      <select
        aria-label={t('trends.station')}
        value={id}
        onChange={(event) => setStation(event.target.value)}
      >
        {stations.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t('trends.point')}
        value={point}
        onChange={(event) => setWanted(event.target.value)}
      >
        {points.map((value) => (
          <option key={value} value={value}>
            {pointName(value, language)} {definitionOf(value)?.unit}
          </option>
        ))}
      </select>
      <button
        type="submit"
        className="button"
        disabled={point === '' || known || picks.length >= most}
        title={picks.length >= most ? t('trend.most', { count: most }) : undefined}
      >
        {t('trends.add')}
      </button>
    </form>
  );
}

export function Picker(props: PickerProps) {
  const { t } = useWords();
  const { picks, choose } = props;
  return (
    <div className="picker">
      <Adder {...props} />
      {picks.length > 0 && (
        <ul className="picks" aria-label={t('trends.chosen')}>
          {picks.map((pick, place) => (
            <Chosen
              key={keyOf(pick)}
              pick={pick}
              place={place}
              remove={() => choose(picks.filter((each) => each !== pick))}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

export function usePickName(): (pick: Pick, view: StationView | undefined) => string {
  const { language } = useWords();
  return ({ id, point }, view) => `${nameIn(view?.name, language, id)} · ${pointName(point, language)}`;
}

function Chosen({ pick, place, remove }: { pick: Pick; place: number; remove: () => void }) {
  const { t } = useWords();
  const nameOf = usePickName();
  const name = useFeed((state) => nameOf(pick, state.stations.get(pick.id)));
  return (
    <li>
      <svg className={`series s${place}`} viewBox="0 0 18 8" width="18" height="8" aria-hidden="true">
        <path className="line" d="M0 4H18" />
      </svg>
      {name}
      <button type="button" className="link" aria-label={t('trends.remove', { what: name })} onClick={remove}>
        ×
      </button>
    </li>
  );
}
