/** A fleet of simulated stations in one process: registers them, moves them once a second, fills in their history. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createStation, type Clock, type Station } from '../firmware/station.ts';
import { wasHere } from '../firmware/station-firmware.ts';
import type { StationDesign } from '../firmware/station-design.ts';
import { steadyClock } from '../firmware/steady-clock.ts';
import { Memory, Store } from '../firmware/store.ts';
import type { CityState } from '../plant/city.ts';
import { backfill, countersOf, type Counters } from './backfill.ts';
import { demoCity } from './catalogue.ts';
import { cityWeather, SimulatedCity, type WeatherAt } from './city.ts';
import { cityDesign, SOURCE_ID } from './city-design.ts';
import { FaultInjector } from './fault-injector.ts';
import { turnBalanceOn } from './balance.ts';
import { tellForecasts } from './forecaster.ts';
import { ApiError, register, rotateSecret, type ApiOptions } from './register.ts';
import { Secrets } from './secrets.ts';

export interface FleetOptions {
  readonly api: string;
  readonly token: () => string;
  readonly mqtt: string;
  /** How many stations of the catalogue; `designs` instead gives one's own. */
  readonly count: number;
  readonly designs?: readonly StationDesign[];
  /** Folder for secrets, outboxes and plant state; made when missing. */
  readonly folder: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** The city's weather; made up where absent. */
  readonly weather?: WeatherAt | undefined;
  /** Days of earlier telemetry on a station's first start; 0 = none. */
  readonly historyDays?: number;
}

export interface Fleet {
  readonly stations: readonly Station[];
  /** Resolves when every station is registered and started. */
  readonly ready: Promise<void>;
  /** Resolves when the history of first starts lies in the outboxes. */
  readonly filled: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What is remembered of a station's first start until its history is made. */
interface Born {
  readonly at: number;
  readonly counters: Counters;
}

const TICK_MS = 1000;
const SAVE_EVERY_MS = 300_000;
const TELL_EVERY_MS = 10_000;
const RETRY_MS = 2000;
const ROTATE_AT_MOST_EVERY_MS = 60_000;
/** A login is given up only after so many refusals: an external broker knows a new one some seconds late. */
const REFUSALS_BEFORE_ROTATING = 4;
const REGISTRATIONS_AT_ONCE = 8;

export const SYSTEM_CLOCK: Clock = { mono_ms: () => performance.now(), wall_ms: () => Date.now() };

const newBoot = (): string => randomBytes(8).toString('hex');

/** Name under which the city's own state is kept, beside those of stations. */
const CITY = '@city';

class RunningFleet implements Fleet {
  readonly stations: Station[] = [];
  readonly ready: Promise<void>;
  readonly filled: Promise<void>;
  readonly #options: FleetOptions;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #born: Memory<Born>;
  readonly #secrets: Secrets;
  readonly #designs: readonly StationDesign[];
  readonly #cityMemory: Memory<CityState>;
  readonly #city: SimulatedCity;
  readonly #forecasts: Promise<void>;
  readonly #injector: FaultInjector;
  readonly #abort = new AbortController();
  readonly #rotated = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #told = '';
  #isNew = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#clock = steadyClock(options.clock ?? SYSTEM_CLOCK);
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#store = new Store(join(options.folder, 'stations.sqlite'));
    this.#born = new Memory(this.#store, 'born-1');
    this.#secrets = new Secrets(join(options.folder, 'secrets.json'));
    this.#designs = options.designs ?? demoCity(options.count);
    this.#cityMemory = new Memory(this.#store, 'city-1');
    const weather = options.weather ?? cityWeather();
    this.#city = new SimulatedCity({
      design: cityDesign(this.#designs),
      weather,
      at_s: this.#clock.wall_ms() / 1000,
      saved: this.#cityMemory.get(CITY),
    });
    this.#injector = new FaultInjector({ folder: options.folder, city: this.#city, log: options.log });
    this.#forecasts = tellForecasts({
      api: { ...this.#api, signal: this.#abort.signal },
      weather,
      now: () => this.#clock.wall_ms(),
      log: options.log,
    });
    this.ready = this.#begin();
    this.filled = this.ready.then(() => this.#fill());
    this.filled.catch((error: unknown) => {
      if (!this.#abort.signal.aborted) options.log.error({ err: error }, 'the fleet could not go on');
    });
  }

  get #api(): ApiOptions {
    const { api, token } = this.#options;
    return { api, token, signal: this.#abort.signal };
  }

  async #begin(): Promise<void> {
    const waiting = [...this.#designs];
    const total = waiting.length;
    this.#timers.push(
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => this.save(), SAVE_EVERY_MS),
      setInterval(() => this.#tell(), TELL_EVERY_MS),
    );
    const worker = async (): Promise<void> => {
      for (let design = waiting.shift(); design; design = waiting.shift()) {
        await this.#registered(design);
        this.#startStation(design);
      }
    };
    await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, worker));
    this.#options.log.info({ stations: total }, 'all stations are registered');
    if (this.#isNew) await this.#balance();
  }

  /** A city that was there before keeps what people set. */
  async #balance(): Promise<void> {
    try {
      await turnBalanceOn(this.#api);
    } catch (error) {
      this.#abort.signal.throwIfAborted();
      this.#options.log.warn({ err: error }, 'balance across stations could not be turned on');
    }
  }

  /** Asks until the center answers; says why once in a while. */
  async #registered(design: StationDesign): Promise<void> {
    const { registration } = design;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { secret, fresh } = await register(this.#api, registration, this.#secrets.get(registration.id));
        if (fresh) this.#secrets.set(registration.id, secret);
        this.#isNew ||= fresh;
        return;
      } catch (error) {
        this.#abort.signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        if (error instanceof ApiError || attempt % 15 === 14) {
          this.#options.log.warn({ station: registration.id, reason }, 'registration failed, trying again');
        }
        await sleep(RETRY_MS, undefined, { signal: this.#abort.signal });
      }
    }
  }

  #startStation(design: StationDesign): void {
    const { id } = design.registration;
    const known = wasHere(this.#store, id);
    const station = createStation({
      design,
      mqtt: this.#options.mqtt,
      secret: () => this.#secrets.get(id) ?? '',
      store: this.#store,
      boot: newBoot(),
      environment: (at_s) => this.#city.environment(id, at_s),
      clock: this.#clock,
      log: this.#options.log,
      random: Math.random,
      onRefused: (reason) => void this.#refused(id, reason),
    });
    if (!known) {
      const born: Born = { at: this.#clock.wall_ms(), counters: countersOf(station.plant.state) };
      // The source has no earlier telemetry: the network was not followed before.
      if (id !== SOURCE_ID) this.#born.set(id, born);
      station.save();
    }
    this.#city.attach(id, station.plant);
    this.stations.push(station);
    station.tick();
    station.start();
  }

  /** The stored secret is not the center's: after some tries asks for another, at most once a minute. */
  async #refused(id: string, reason: string): Promise<void> {
    const refusals = (this.#refusals.get(id) ?? 0) + 1;
    this.#refusals.set(id, refusals);
    if (refusals < REFUSALS_BEFORE_ROTATING) return;
    const now_ms = this.#clock.mono_ms();
    if (now_ms - (this.#rotated.get(id) ?? -Infinity) < ROTATE_AT_MOST_EVERY_MS) return;
    this.#rotated.set(id, now_ms);
    this.#refusals.delete(id);
    this.#options.log.warn({ station: id, reason }, 'login refused, asking for a new secret');
    try {
      this.#secrets.set(id, await rotateSecret(this.#api, id));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#options.log.warn({ station: id, reason: words }, 'no new secret');
    }
  }

  #tick(): void {
    this.#injector.inject(this.stations, this.#clock.wall_ms());
    this.#city.advance(this.#clock.wall_ms() / 1000);
    for (const station of this.stations) {
      try {
        station.tick();
      } catch (error) {
        this.#options.log.error({ err: error, station: station.id }, 'a station failed to move');
      }
    }
  }

  /** One line for the whole fleet when something changed, instead of one for each station. */
  #tell(): void {
    const connected = this.stations.filter((station) => station.connected()).length;
    const alone = this.stations.filter((station) => station.commands().watch.alone).length;
    const told = `${connected} ${alone} ${this.stations.length}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#options.log.info(
      { stations: this.stations.length, connected, on_own_curve_in_silence: alone },
      'fleet',
    );
  }

  async #fill(): Promise<void> {
    const days = this.#options.historyDays ?? 2;
    const waiting = this.stations.filter(({ id }) => this.#born.get(id) !== undefined);
    if (waiting.length === 0 || days <= 0) return;
    for (const station of waiting) {
      const born = this.#born.get(station.id);
      const design = this.#designs.find(({ registration }) => registration.id === station.id);
      if (!design || !born) continue;
      const samples = await backfill({
        design,
        environment: (at_s) => this.#city.usual(at_s),
        until_ms: born.at,
        days,
        counters: born.counters,
        signal: this.#abort.signal,
      });
      station.outbox.append(samples, newBoot());
      this.#born.forget(station.id);
    }
    this.#options.log.info({ stations: waiting.length, days }, 'earlier telemetry is on its way');
  }

  save(): void {
    this.#store.atomically(() => {
      this.#cityMemory.set(CITY, this.#city.city.state);
      for (const station of this.stations) station.save();
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.allSettled([this.ready, this.filled, this.#forecasts]);
    await Promise.allSettled(this.stations.map((station) => station.stop()));
    this.#store.close();
  }
}

/** Starts at once; a center that is not there yet is awaited. */
export function startFleet(options: FleetOptions): Fleet {
  return new RunningFleet(options);
}
