/** How the changed copy of the domain is loaded: once for all its tests, with caches that can be emptied. */
import { registerHooks } from 'node:module';

const COLLECT = new URL('collect.ts', import.meta.url).href;
const caches = new Set<{ clear: () => void }>();
let loading = false;

/** Runs while modules are evaluated: what they hold from then on outlives a test. */
export async function whileLoading(load: () => Promise<void>): Promise<void> {
  loading = true;
  await load();
  loading = false;
}

/** Forgets what modules of the domain remember between calls, so that each test begins as in a new process. */
export function forget(): void {
  for (const cache of caches) cache.clear();
}

class ForgetfulWeakMap<K extends WeakKey, V> {
  #map = new WeakMap<K, V>();
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
  delete(key: K): boolean {
    return this.#map.delete(key);
  }
}

// A map that a module fills at once is a table, an empty one a cache.
const ForgetfulMap = new Proxy(Map, {
  construct(target, args: []) {
    const map = new target(...args);
    if (loading && args.length === 0) caches.add(map);
    return map;
  },
});

const MaybeForgetful = new Proxy(WeakMap, {
  construct(target) {
    if (!loading) return new target();
    const map = new ForgetfulWeakMap();
    caches.add(map);
    return map;
  },
});

Object.assign(globalThis, { ForgetfulMap, ForgetfulWeakMap: MaybeForgetful });
const NAMES = 'const Map = globalThis.ForgetfulMap, WeakMap = globalThis.ForgetfulWeakMap;';

/** Modules below the folder use {@link collect.ts} for vitest and the forgetful maps. */
export function changeModules(folder: string): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' && context.parentURL?.startsWith(folder)
        ? { url: COLLECT, shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith(folder) || url.endsWith('.test.ts') || !loaded.source) return loaded;
      // On the first line, so that places in the file stay what they are.
      const source =
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: `${NAMES} ${source}` };
    },
  });
}
