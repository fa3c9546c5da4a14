/** Where the keyboard is in the table: arrows go from row to row, Tab enters and leaves at one of them. */
import { useLayoutEffect, useRef, useState } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

const indexOf = (target: EventTarget | null): number | null => {
  const index = target instanceof HTMLElement ? target.dataset['index'] : undefined;
  return index === undefined ? null : Number(index);
};

const idOf = (target: Element | null): string | undefined =>
  target?.closest<HTMLElement>('[data-id]')?.dataset['id'];

interface RowKeysOptions {
  readonly box: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Rows that are seen whole. */
  readonly first: number;
  readonly last: number;
  readonly scrollTo: (index: number) => void;
  /** The order must not move under the keyboard either. */
  readonly hold: (held: boolean) => void;
}

export function useRowKeys({ box, count, first, last, scrollTo, hold }: RowKeysOptions) {
  const [current, setCurrent] = useState(0);
  const focused = useRef<string | undefined>(undefined);

  // A row that scrolled away gives its place to another station, which must not inherit the keyboard.
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (indexOf(activeElement) === null || idOf(activeElement) === focused.current) return;
    box.current?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const here = event.target === box.current || indexOf(event.target) !== null;
    if (step === undefined || !here) return;
    event.preventDefault();
    const to = Math.min(count - 1, Math.max(0, current + step));
    setCurrent(to);
    scrollTo(to);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus());
  };

  const onFocus = ({ target }: FocusEvent) => {
    const index = indexOf(target);
    if (index === null) return;
    focused.current = idOf(target);
    setCurrent(index);
    hold(true);
  };

  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget !== box.current && indexOf(relatedTarget) === null) hold(false);
  };

  const seen = current >= first && current <= last;
  return { stop: seen ? current : Math.min(first, count - 1), keys: { onKeyDown, onFocus, onBlur } };
}
