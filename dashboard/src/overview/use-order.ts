/** The order of the rows: follows the values, but never moves under a pointer. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useFeed, useLive } from '../feed/context.tsx';
import { orderStations } from '../model/order.ts';
import type { OverviewChoice } from '../model/order.ts';

/** Values change three times a second; an order that did would be unreadable. */
const ORDER_MS = 2000;

export type Holder = 'pointer' | 'focus';

export interface Order {
  readonly ids: readonly string[];
  /** A different order waits until the pointer leaves. */
  readonly waiting: boolean;
  readonly applyNow: () => void;
  /** Give to the table: `true` while someone points at it or has the keyboard in it. */
  readonly hold: (by: Holder, held: boolean) => void;
}

export function useOrder(choice: Omit<OverviewChoice, 'now'>): Order {
  const { feed, clock } = useLive();
  const ready = useFeed((state) => state.n !== null);
  const compute = useCallback(
    () => (ready ? orderStations(feed.state().stations.values(), { ...choice, now: clock.now() }) : []),
    [feed, clock, choice, ready],
  );
  const [shown, setShown] = useState(() => ({ ids: compute(), by: compute }));
  const [waiting, setWaiting] = useState(false);
  const held = useRef(new Set<Holder>());
  // A new choice is the person's own act and takes effect at once, whoever points where.
  if (shown.by !== compute) {
    setShown({ ids: compute(), by: compute });
    setWaiting(false);
  }

  const applyNow = useCallback(() => {
    setShown({ ids: compute(), by: compute });
    setWaiting(false);
  }, [compute]);

  const { ids } = shown;
  useEffect(() => {
    const timer = setInterval(() => {
      const next = compute();
      if (next.length === ids.length && next.every((id, index) => id === ids[index])) return;
      if (held.current.size > 0) setWaiting(true);
      else applyNow();
    }, ORDER_MS);
    return () => clearInterval(timer);
  }, [compute, ids, applyNow]);

  const hold = useCallback(
    (by: Holder, now: boolean) => {
      if (now) held.current.add(by);
      else held.current.delete(by);
      if (held.current.size === 0 && waiting) applyNow();
    },
    [waiting, applyNow],
  );
  return { ids, waiting, applyNow, hold };
}
