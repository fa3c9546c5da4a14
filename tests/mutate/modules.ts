/** How the changed copy of the domain is loaded: once for all its tests, with caches that can be emptied. */
import { registerHooks } from 'node:module';

const COLLECT = new URL('collect.ts', import.meta.url).href;
const caches: { clear: () => void }[] = [];

/** Forgets what modules of the domain remember between calls, so that each test begins as in a new process. */
export function forget(): void {
  for (const cache of caches) cache.clear();
}

class ForgetfulWeakMap<K extends WeakKey, V> {
  #map = new WeakMap<K, V>();
  constructor() {
    caches.push(this);
  }
  clear(): void {
    this.#map = new WeakMap();
  }
  get(key: K): V | undefined {
    return this.#map.get(key);
  }
  has(key: K): boolean {
    return this.#map.has(key);
  }
  set(key: K, value: V): this {
    this.#map.set(key, value);
    return this;
  }
}

class ForgetfulMap<K, V> extends Map<K, V> {
  constructor(entries?: Iterable<readonly [K, V]>) {
    super(entries);
    // A map that is filled at once is a table, an empty one a cache.
    if (!entries) caches.push(this);
  }
}

Object.assign(globalThis, { ForgetfulMap, ForgetfulWeakMap });
/** A map of a module itself: it outlives a test. */
const KEPT = /^(const \w+ = new )(Map|WeakMap)\b/gm;

/** Modules below the folder take {@link collect.ts} for vitest, and their own maps are forgetful ones. */
export function changeModules(folder: string): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' && context.parentURL?.startsWith(folder)
        ? { url: COLLECT, shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith(folder) || !(loaded.source instanceof Uint8Array)) return loaded;
      const source = Buffer.from(loaded.source).toString();
      return { ...loaded, source: source.replaceAll(KEPT, '$1globalThis.Forgetful$2') };
    },
  });
}
