/** The rows in view of however many stations there are. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useLive } from '../feed/context.tsx';
import { SORT_KEYS } from '../model/order.ts';
import type { SortKey } from '../model/order.ts';
import { useWords } from '../parts/words.ts';
import { nextSort } from './choice.ts';
import type { Choice } from './choice.ts';
import { createRecent } from './recent.ts';
import { Row } from './row.tsx';
import type { Order } from './use-order.ts';

const ROW_PX = 34;
const CARD_PX = 76;

const COLUMNS = [
  'exception',
  'name',
  'deviation',
  'since',
  'supply',
  'return',
  'trend',
  'primary',
  'flow',
  'power',
  'outdoor',
  'reason',
  'age',
] as const;

const isSortKey = (column: string): column is SortKey => SORT_KEYS.some((key) => key === column);

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const follow = () => setMatches(list.matches);
    follow();
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

function Head({ choice, choose }: { choice: Choice; choose: (choice: Choice) => void }) {
  const { t } = useWords();
  return (
    <div className="head" role="row" aria-rowindex={1}>
      {COLUMNS.map((column) => {
        const sorted = choice.sort === column;
        const direction = sorted ? (choice.descending ? 'descending' : 'ascending') : undefined;
        return (
          <span
            key={column}
            className={`cell ${column === 'age' ? 'data' : column}`}
            role="columnheader"
            aria-sort={direction}
            title={t(`columnMeaning.${column}`)}
          >
            {isSortKey(column) ? (
              <button type="button" onClick={() => choose(nextSort(choice, column))}>
                {t(`column.${column}`)}
                {sorted && <span aria-hidden="true">{choice.descending ? ' ↓' : ' ↑'}</span>}
              </button>
            ) : (
              t(`column.${column}`)
            )}
          </span>
        );
      })}
    </div>
  );
}

interface TableProps {
  readonly order: Order;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

export function Table({ order, choice, choose }: TableProps) {
  const { t } = useWords();
  const { clock } = useLive();
  const box = useRef<HTMLDivElement>(null);
  const [recent] = useState(() => createRecent(clock.now));
  const cards = useMedia('(max-width: 760px)');
  const wide = useMedia('(min-width: 1280px)');
  const { ids, hold } = order;
  // oxlint-disable-next-line react/incompatible-library -- the rows are memoised by hand
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => box.current,
    estimateSize: () => (cards ? CARD_PX : ROW_PX),
    overscan: 6,
    getItemKey: (index) => ids[index] ?? index,
  });
  useEffect(() => rows.measure(), [cards, rows]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const from = event.target instanceof HTMLElement ? event.target.dataset['index'] : undefined;
    if (step === undefined || from === undefined) return;
    event.preventDefault();
    const to = Math.min(ids.length - 1, Math.max(0, Number(from) + step));
    rows.scrollToIndex(to);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus());
  };

  return (
    <div
      className="station-table"
      role="table"
      aria-label={t('overview.title')}
      aria-rowcount={ids.length + 1}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onKeyDown={onKeyDown}
    >
      <div className="table-scroll" ref={box}>
        <Head choice={choice} choose={choose} />
        <div className="table-body" role="rowgroup" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ key, index, start }) => {
            const id = ids[index];
            return id === undefined ? null : (
              <Row key={key} id={id} index={index} top={start} wide={wide} recent={recent} />
            );
          })}
        </div>
      </div>
    </div>
  );
}
