/** Puts the faults that a person asked for to work in the running stations and their city. */
import type { Logger } from 'pino';
import type { Station } from '../firmware/station.ts';
import type { SimulatedCity } from './city.ts';
import { FaultFile, type FaultsAt } from './fault-file.ts';

export class FaultInjector {
  readonly #file: FaultFile;
  readonly #city: SimulatedCity;
  readonly #log: Logger;
  #injected = '[]';
  #stations = 0;
  #trouble = '';

  constructor(options: { folder: string; city: SimulatedCity; log: Logger }) {
    this.#file = new FaultFile(options.folder);
    this.#city = options.city;
    this.#log = options.log;
  }

  /** A file that cannot be read leaves things as they are, and is told once. */
  #wanted(now: number): FaultsAt | undefined {
    try {
      const found = this.#file.at(now);
      this.#trouble = '';
      return found;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#trouble) this.#log.warn({ reason }, 'the file of faults is not usable');
      this.#trouble = reason;
      return undefined;
    }
  }

  /** `now` in ms since 1970 UTC. */
  inject(stations: readonly Station[], now: number): void {
    const found = this.#wanted(now);
    if (!found) return;
    const text = JSON.stringify([...found]);
    if (text === this.#injected && stations.length === this.#stations) return;
    if (text !== this.#injected) this.#log.info({ faults: [...found] }, 'faults injected');
    this.#injected = text;
    this.#stations = stations.length;
    for (const station of stations) {
      station.setFaults(found.get(station.id) ?? []);
      this.#city.setFaults(station.id, station.plant.state.faults);
    }
  }
}
