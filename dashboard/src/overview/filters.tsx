/** Counters by state that filter, search, area, and the order that waits. */
import type { StationState } from '@heat-center/api/stations.ts';
import { useFeed } from '../feed/context.tsx';
import type { FeedState } from '../feed/state.ts';
import { nameIn } from '../format/point.ts';
import type { Language } from '../format/point.ts';
import { areaKey, SORT_KEYS } from '../model/order.ts';
import { StateMark } from '../parts/marks.tsx';
import { useWords } from '../parts/words.ts';
import { STATES } from './choice.ts';
import type { Choice } from './choice.ts';
import type { Order } from './use-order.ts';

/** From what needs a person to what does not. */
const SHOWN: readonly StationState[] = ['faulty', 'offline', 'deviating', 'stale', 'silent', 'good'];

interface FiltersProps {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
  readonly order: Order;
}

/** Counts as one string, so that the counters draw only when one changes. */
function countByState({ stations }: FeedState): string {
  const counts = new Map<string, number>();
  for (const { state } of stations.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return SHOWN.map((state) => counts.get(state) ?? 0).join(' ');
}

function StateCounters({ choice, choose, order }: FiltersProps) {
  const { t } = useWords();
  const counts = useFeed(countByState).split(' ').map(Number);
  const toggle = (state: StationState) => {
    const states = new Set(choice.states);
    if (!states.delete(state)) states.add(state);
    choose({ ...choice, states: new Set(STATES.filter((known) => states.has(known))) });
  };
  return (
    <div className="counters" role="group" aria-label={t('overview.states')}>
      {SHOWN.map((state, index) => (
        <button
          key={state}
          type="button"
          className={counts[index] === 0 ? 'counter none' : `counter ${state}`}
          aria-pressed={choice.states.has(state)}
          title={t(`stateMeaning.${state}`)}
          onClick={() => toggle(state)}
        >
          <b>{counts[index]}</b>
          <StateMark state={state} />
        </button>
      ))}
      {order.waiting && (
        <button
          type="button"
          className="button plain"
          title={t('overview.waitingHelp')}
          onClick={order.applyNow}
        >
          {t('overview.waiting')}
        </button>
      )}
    </div>
  );
}

/** Areas as "key\tname" lines in one string, for the same reason. */
const areaLines =
  (language: Language) =>
  ({ stations }: FeedState): string => {
    const areas = new Map<string, string>();
    for (const view of stations.values()) {
      const key = areaKey(view);
      if (key !== '') areas.set(key, nameIn(view.area, language, key));
    }
    return [...areas].map((pair) => pair.join('\t')).join('\n');
  };

function AreaChooser({ choice, choose }: { choice: Choice; choose: (choice: Choice) => void }) {
  const { t, language } = useWords();
  const lines = useFeed(areaLines(language));
  if (lines === '') return null;
  const areas = lines.split('\n').map((line) => line.split('\t'));
  areas.sort(([, a = ''], [, b = '']) => a.localeCompare(b, language));
  return (
    <select
      aria-label={t('overview.area')}
      value={choice.area}
      onChange={(event) => choose({ ...choice, area: event.target.value })}
    >
      <option value="">{t('overview.allAreas')}</option>
      {areas.map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function Filters({ choice, choose, order }: FiltersProps) {
  const { t } = useWords();
  const all = useFeed((state) => state.stations.size);
  const filtered = choice.search !== '' || choice.area !== '' || choice.states.size > 0;
  return (
    <div className="filters">
      <StateCounters choice={choice} choose={choose} order={order} />
      <div className="filter-line">
        <input
          type="search"
          value={choice.search}
          placeholder={t('overview.search')}
          aria-label={t('overview.search')}
          onChange={(event) => choose({ ...choice, search: event.target.value })}
        />
        <AreaChooser choice={choice} choose={choose} />
        <select
          className="only-cards"
          aria-label={t('overview.sortBy')}
          value={choice.sort}
          onChange={(event) => {
            const sort = SORT_KEYS.find((key) => key === event.target.value) ?? 'exception';
            choose({ ...choice, sort, descending: false });
          }}
        >
          {SORT_KEYS.map((key) => (
            <option key={key} value={key}>
              {t(`column.${key}`)}
            </option>
          ))}
        </select>
        {filtered && (
          <button
            type="button"
            className="button plain"
            onClick={() => choose({ ...choice, search: '', area: '', states: new Set() })}
          >
            {t('overview.clear')}
          </button>
        )}
        <span className="quiet shown">
          {filtered && t('overview.shown', { shown: order.ids.length, all })}
        </span>
      </div>
    </div>
  );
}
