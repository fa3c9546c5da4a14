/** Settings that two people may change at once: who comes later is told, and keeps what was typed. */
import { useEffect, useRef, useState } from 'react';
import { plainProblem } from '../api.ts';
import type { Tagged } from '../api.ts';
import { canonical, settingsText } from '../model/change-text.ts';
import type { Wording } from '../model/change-text.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { useWords } from './words.ts';
import type { Words } from './words.ts';

interface Settings<T> {
  /** What the form began with: the part of the settings that it is about. */
  readonly began: unknown;
  /** The form still shows what there is: what it begins with may change. */
  readonly follows?: boolean;
  readonly read: () => Promise<Tagged<T>>;
  /** The same part of what was read. */
  readonly partOf: (settings: T) => unknown;
}

export interface Unchanged<T> {
  /**
   * Reads the settings anew and puts the change on top of them. Rejects with `settings_changed` when somebody else
   * changed the same part since the form was opened; saving once more replaces that.
   */
  readonly save: (put: (now: Tagged<T>) => Promise<unknown>) => Promise<void>;
  /** What somebody else changed meanwhile. */
  readonly theirs: string | null;
}

/** Times begin here, ms UTC; no other number that people set is so great. */
const FIRST_TIME = 1_000_000_000_000;

const wordingOf = (words: Words): Wording => ({
  nameOf: (field) => wordFor(words.t, `field.${field}`),
  shown: (value) => {
    if (typeof value === 'number' && value >= FIRST_TIME) return formatTime(value, 'dateTime', words);
    return typeof value === 'string' ? value : JSON.stringify(value);
  },
});

export function useUnchanged<T>({ began, follows = false, read, partOf }: Settings<T>): Unchanged<T> {
  const words = useWords();
  const known = useRef(canonical(began));
  const [theirs, setTheirs] = useState<string | null>(null);
  useEffect(() => {
    if (follows) known.current = canonical(began);
  }, [follows, began]);
  return {
    theirs,
    save: async (put) => {
      const now = await read();
      const part = canonical(partOf(now.value));
      if (part !== known.current) {
        setTheirs(settingsText(known.current, part, wordingOf(words)));
        known.current = part;
        throw plainProblem('settings_changed', 412);
      }
      await put(now);
    },
  };
}

/** What somebody else changed while the form was open. */
export function Theirs({ change }: { change: string | null }) {
  const { t } = useWords();
  if (change === null) return null;
  return <p className="notice theirs">{t('setting.theirs', { change })}</p>;
}
