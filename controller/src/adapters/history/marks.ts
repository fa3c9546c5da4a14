/**
 * The newest time stored for each station, as far as this process knows.
 *
 * A time above its station's mark cannot be in the store, so most rows need no look before they are
 * written. Stations not yet known are asked from the store, from the oldest time needed on.
 */
import type { Group } from './rows.ts';

/** Newest stored time of each station among those given, from `since` on; a station without one is left out. */
export type AskNewest = (stations: readonly string[], since: number) => Promise<ReadonlyMap<string, number>>;

export class Marks {
  #newest = new Map<string, number>();

  /** Forgets everything, after a failed write. */
  clear(): void {
    this.#newest.clear();
  }

  /** Splits groups into those that are certainly new and those that may meet what is stored. */
  async split(groups: readonly Group[], ask: AskNewest): Promise<{ fresh: Group[]; late: Group[] }> {
    await this.#learn(groups, ask);
    const fresh: Group[] = [];
    const late: Group[] = [];
    for (const group of groups) {
      const isNew = group.at > (this.#newest.get(group.station) ?? Number.POSITIVE_INFINITY);
      (isNew ? fresh : late).push(group);
    }
    return { fresh, late };
  }

  /** To be called once the groups are stored. */
  stored(groups: readonly Group[]): void {
    for (const { station, at } of groups) {
      if (at > (this.#newest.get(station) ?? Number.NEGATIVE_INFINITY)) this.#newest.set(station, at);
    }
  }

  async #learn(groups: readonly Group[], ask: AskNewest): Promise<void> {
    const unknown = new Set<string>();
    let since = Number.POSITIVE_INFINITY;
    for (const { station, at } of groups) {
      if (this.#newest.has(station)) continue;
      unknown.add(station);
      since = Math.min(since, at);
    }
    if (unknown.size === 0) return;
    const newest = await ask([...unknown], since);
    // None from `since` on: what lies before it is enough to know.
    for (const station of unknown) this.#newest.set(station, newest.get(station) ?? since - 1);
  }
}
