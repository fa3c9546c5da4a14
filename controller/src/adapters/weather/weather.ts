/**
 * Fetches forecasts as the network's settings say and hands them to the center. What came last stays in force while
 * nothing newer comes, until it is 72 h old (`domain/network/forecast.ts`); then the network's sensors stand alone.
 */
import { isDeepStrictEqual } from 'node:util';
import type { WeatherSettings } from '@heat-center/api/weather.ts';
import type { Logger } from 'pino';
import type { Forecast } from '../../domain/network/forecast.ts';
import type { WeatherSource, WeatherStatus } from '../../ports.ts';
import { ask, WeatherTrouble, type Validators } from './ask.ts';
import { agesByItself, forecastIn, readIfChanged } from './files.ts';
import { SERVICES, type Service } from './services.ts';

export interface WeatherOptions {
  readonly settings: () => WeatherSettings | undefined;
  /** Folder of the files that may be read. */
  readonly folder: string;
  /** Of this program, for services. */
  readonly version: string;
  /** Replaces a service's own address; its subscription. */
  readonly base: string | undefined;
  readonly key: string | undefined;
  readonly take: (forecast: Forecast) => Promise<void>;
  readonly now: () => number;
  /** 0 … 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** Settings are looked at this often, ms; a file too. */
const LOOK_MS = 1000;
const FILE_LOOK_MS = 10_000;
/** The first question waits up to this, so that centers that start together do not ask together, ms. */
const FIRST_WITHIN_MS = 3000;
/** Part of the period by which a question comes later at random, 5 min at most, ms. */
const JITTER = 0.1;
const MOST_JITTER_MS = 300_000;
/** Pauses after failures: the first, and the longest, ms. */
const RETRY_FIRST_MS = 60_000;
const RETRY_MOST_MS = 3_600_000;
/** A service's word on when to ask again is believed up to this, ms. */
const MOST_FRESH_MS = 12 * 3_600_000;

interface Memory {
  validators: Validators | undefined;
  mark: string | undefined;
  told: Forecast | undefined;
  failures: number;
}

class Weather implements WeatherSource {
  readonly #options: WeatherOptions;
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #settings: WeatherSettings | undefined;
  #memory: Memory = fresh();
  #status: WeatherStatus = OFF;
  #busy: Promise<void> | undefined;

  constructor(options: WeatherOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  status(): WeatherStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#abort.abort();
    await this.#busy;
  }

  /** Begins anew when the settings changed, and asks when it is time. */
  #look(): void {
    const { settings, now, random } = this.#options;
    const wanted = settings();
    if (this.#busy) return;
    if (!isDeepStrictEqual(wanted, this.#settings)) {
      this.#settings = wanted;
      this.#memory = fresh();
      const wait_ms = wanted?.provider === 'file' ? 0 : random() * FIRST_WITHIN_MS;
      this.#status = wanted
        ? {
            ...OFF,
            provider: wanted.provider,
            state: 'waiting',
            next_at: now() + wait_ms,
            ...creditOf(wanted),
          }
        : OFF;
    }
    const { next_at } = this.#status;
    if (!wanted || next_at === null || now() < next_at) return;
    this.#busy = this.#turn(wanted).finally(() => {
      this.#busy = undefined;
    });
  }

  async #turn(settings: WeatherSettings): Promise<void> {
    const { now, log } = this.#options;
    const checked_at = now();
    try {
      const next_at = await this.#fetch(settings, checked_at);
      if (this.#memory.failures > 0) log.info({ provider: settings.provider }, 'forecasts come again');
      this.#memory.failures = 0;
      this.#status = { ...this.#status, state: 'good', checked_at, next_at, trouble: null };
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#fail(error, { settings, checked_at });
    }
  }

  #fail(error: unknown, { settings, checked_at }: { settings: WeatherSettings; checked_at: number }): void {
    const { log, random } = this.#options;
    const trouble = error instanceof Error ? error.message : String(error);
    const { retry_after_s = 0, refused = false } = error instanceof WeatherTrouble ? error : {};
    this.#memory.failures += 1;
    const backoff_ms = Math.min(RETRY_FIRST_MS * 2 ** (this.#memory.failures - 1), RETRY_MOST_MS);
    const pause_ms = Math.max(refused ? RETRY_MOST_MS : backoff_ms, retry_after_s * 1000);
    const isFile = settings.provider === 'file';
    // A file that is mended is to be seen soon.
    const wait_ms = isFile ? FILE_LOOK_MS : pause_ms * (1 + 0.2 * random());
    if (this.#status.trouble !== trouble) log.warn({ provider: settings.provider, trouble }, 'no forecast');
    this.#status = { ...this.#status, state: 'failing', checked_at, next_at: checked_at + wait_ms, trouble };
  }

  /** One question or look at the file; gives the time of the next one. */
  #fetch(settings: WeatherSettings, at: number): Promise<number> {
    if (settings.provider === 'file') return this.#fromFile(settings, at);
    return this.#fromService(SERVICES[settings.provider], settings, at);
  }

  async #fromService(service: Service, settings: WeatherSettings, at: number): Promise<number> {
    const { version, base, key, now, random, log } = this.#options;
    const { place, contact, every_s } = settings;
    if (!place) throw new WeatherTrouble('no place is set');
    const answer = await ask({
      url: service.url({ place, base, key }),
      userAgent: ['HeatCenter', `/${version}`, contact === undefined ? '' : ` ${contact}`].join(''),
      validators: this.#memory.validators,
      now: at,
      signal: this.#abort.signal,
    });
    if (answer.kind === 'new') {
      await this.#tell(service.forecastOf(answer.body, now()));
      this.#memory.validators = answer.validators;
      if (answer.deprecated)
        log.warn({ provider: settings.provider }, 'the weather service will end this version of its answers');
    }
    const every_ms = every_s * 1000;
    const fresh_ms = Math.min(Math.max((answer.fresh_until ?? at) - at, 0), MOST_FRESH_MS);
    return at + Math.max(every_ms, fresh_ms) + random() * Math.min(JITTER * every_ms, MOST_JITTER_MS);
  }

  async #fromFile({ file, every_s }: WeatherSettings, at: number): Promise<number> {
    const { folder } = this.#options;
    if (file === undefined) throw new WeatherTrouble('no file is set');
    const { told } = this.#memory;
    const isAged = agesByItself(file) && told !== undefined && at - told.issued_at >= every_s * 1000;
    const read = await readIfChanged(folder, file, isAged ? undefined : this.#memory.mark);
    if (read) {
      await this.#tell(forecastIn(read, file, at));
      this.#memory.mark = read.mark;
    }
    return at + FILE_LOOK_MS;
  }

  /** Hands on what is new; the same again is no news. */
  async #tell(forecast: Forecast): Promise<void> {
    const { told } = this.#memory;
    const isNews = !told || told.source !== forecast.source || !isDeepStrictEqual(told.hours, forecast.hours);
    if (isNews || told.issued_at !== forecast.issued_at) await this.#options.take(forecast);
    this.#memory.told = forecast;
    this.#status = { ...this.#status, taken_at: this.#options.now() };
  }
}

const OFF: WeatherStatus = {
  provider: 'none',
  state: 'off',
  taken_at: null,
  checked_at: null,
  next_at: null,
  trouble: null,
  attribution: null,
};

const fresh = (): Memory => ({ validators: undefined, mark: undefined, told: undefined, failures: 0 });

const creditOf = ({ provider }: WeatherSettings): Pick<WeatherStatus, 'attribution'> => ({
  attribution: provider === 'file' ? null : SERVICES[provider].attribution,
});

/** Begins at once; without a provider it only watches the settings. */
export const openWeather = (options: WeatherOptions): WeatherSource & { close(): Promise<void> } =>
  new Weather(options);
