/** What this person chose on this device. */
import { useCallback, useState } from 'react';

const PREFIX = 'heat-center.';

function stored(key: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + key);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
    return null;
  }
}

export function readPreference<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  const value = stored(key);
  return allowed.find((candidate) => candidate === value) ?? otherwise;
}

export function keepPreference(key: string, value: string): void {
  try {
    window.localStorage.setItem(PREFIX + key, value);
  } catch {
    // See above.
  }
}

/** A choice among words that outlives the page. */
export function usePreference<T extends string>(
  key: string,
  allowed: readonly T[],
  otherwise: T,
): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readPreference(key, allowed, otherwise));
  const choose = useCallback(
    (next: T) => {
      setValue(next);
      keepPreference(key, next);
    },
    [key],
  );
  return [value, choose];
}
