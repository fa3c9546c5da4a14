/** What the pointer does in the table: heard once for all rows. */
import type { StationView } from '@heat-center/api/stations.ts';
import type { MouseEvent, PointerEvent } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { useLive } from '../feed/context.tsx';
import { freshFor } from '../format/point.ts';
import { valueTitle, worthOf } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';

const idAt = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-id]')?.dataset['id'] : undefined;

const opensElsewhere = (event: MouseEvent): boolean =>
  event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

export function useRowPointer() {
  const { feed, clock } = useLive();
  const words = useWords();

  const titleFor = (point: string, { points, every_s }: StationView): string => {
    const now = clock.now();
    const tuple = points[point];
    const worth = worthOf(tuple, now, freshFor(point, every_s));
    return valueTitle({ point, tuple, every_s }, worth, { ...words, now });
  };

  return {
    onClick: (event: MouseEvent) => {
      const id = idAt(event.target);
      if (id === undefined || opensElsewhere(event)) return;
      event.preventDefault();
      navigate(`/stations/${encodeURIComponent(id)}`);
    },
    onPointerOver: ({ target }: PointerEvent) => {
      const value = target instanceof Element ? target.closest<HTMLElement>('[data-point]') : null;
      const view = feed.state().stations.get(idAt(target) ?? '');
      if (value && view) value.title = titleFor(value.dataset['point'] ?? '', view);
    },
  };
}
