/** The rows in view of however many stations there are. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState } from 'react';
import { useLive } from '../feed/context.tsx';
import { SORT_KEYS } from '../model/order.ts';
import type { SortKey } from '../model/order.ts';
import { useWords } from '../parts/words.ts';
import { nextSort } from './choice.ts';
import type { Choice } from './choice.ts';
import { createRecent } from './recent.ts';
import { useRowKeys } from './row-keys.ts';
import { useRowPointer } from './row-pointer.ts';
import { Row } from './row.tsx';
import type { Order } from './use-order.ts';

const ROW_PX = 34;
const CARD_PX = 76;
const HEAD_PX = 30;

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

const Head = memo(function Head({ choice, choose }: Omit<TableProps, 'order'>) {
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
});

interface TableProps {
  readonly order: Order;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

/** Rows that are drawn beyond each edge of what is seen. */
const OVERSCAN = 4;

/**
 * The rows in view. There are always the same number of elements on the page: a row that scrolls out gives its
 * element to the one that scrolls in.
 */
function useWindow(count: number, cards: boolean) {
  const row_px = cards ? CARD_PX : ROW_PX;
  const box = useRef<HTMLDivElement>(null);
  let pool = 0;
  // oxlint-disable-next-line react/incompatible-library -- the rows are memoised by hand
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => row_px,
    rangeExtractor: ({ startIndex }) => {
      const first = Math.max(0, Math.min(count - pool, startIndex - OVERSCAN));
      return Array.from({ length: Math.min(count, pool) }, (_, place) => first + place);
    },
    // The head of the table stands in the box too.
    scrollPaddingEnd: cards ? 0 : HEAD_PX,
  });
  useEffect(() => virtual.measure(), [row_px, virtual]);
  const seen = Math.ceil((virtual.scrollRect?.height ?? 0) / row_px);
  pool = seen + 2 * OVERSCAN;
  const items = virtual.getVirtualItems().map(({ index, start }) => ({ index, start, slot: index % pool }));
  // In the order of the page's elements, so that scrolling moves none of them.
  items.sort((a, b) => a.slot - b.slot);
  const first = Math.ceil((virtual.scrollOffset ?? 0) / row_px);
  return { box, virtual, items, first, last: first + seen - 2 };
}

export function Table({ order, choice, choose }: TableProps) {
  const { t } = useWords();
  const { clock } = useLive();
  const [recent] = useState(() => createRecent(clock.now));
  const cards = useMedia('(max-width: 760px)');
  const wide = useMedia('(min-width: 1280px)');
  const { ids, hold } = order;
  const { box, items, first, last, virtual } = useWindow(ids.length, cards);
  const { stop, keys } = useRowKeys({
    box,
    count: ids.length,
    first,
    last,
    scrollTo: (index) => virtual.scrollToIndex(index),
    hold: (held) => hold('focus', held),
  });
  const pointer = useRowPointer();
  return (
    <div
      className="station-table"
      role="table"
      aria-label={t('overview.title')}
      aria-rowcount={ids.length + 1}
      onPointerEnter={() => hold('pointer', true)}
      onPointerLeave={() => hold('pointer', false)}
    >
      <div className="table-scroll" ref={box} tabIndex={-1} {...keys}>
        <Head choice={choice} choose={choose} />
        <div className="table-body" role="rowgroup" style={{ height: virtual.getTotalSize() }} {...pointer}>
          {items.map(({ slot, index, start }) => {
            const id = ids[index];
            return id === undefined ? null : (
              <Row
                key={slot}
                id={id}
                index={index}
                top={start}
                stop={index === stop}
                wide={wide}
                recent={recent}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
