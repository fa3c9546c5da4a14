/** Simulated stations of the demo city in this process, registered and led by a real center over a link of one's choice. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStation, type Clock, type Station } from '@heat-center/simulators/firmware/station.ts';
import type { StationDesign } from '@heat-center/simulators/firmware/station-design.ts';
import { steadyClock } from '@heat-center/simulators/firmware/steady-clock.ts';
import { Store } from '@heat-center/simulators/firmware/store.ts';
import { catalogue } from '@heat-center/simulators/fleet/catalogue.ts';
import { register, type CenterProcess } from '../../support/center.ts';

/** Mild enough that frost protection refuses no stop. */
const ENVIRONMENT = {
  supply_c: 105,
  supply_kpa: 800,
  return_kpa: 400,
  outdoor_c: 5,
  sun: 0,
  hour: 12,
} as const;
const TICK_MS = 1000;
const quiet = (): void => undefined;
/** Stations of a scenario have nothing to tell a person. */
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** `began_ms` and `ended_ms`: the tick lies between them, monotonic. */
type Look = (station: Station, tick: { readonly began_ms: number; readonly ended_ms: number }) => void;

export interface Field {
  readonly designs: readonly StationDesign[];
  readonly stations: readonly Station[];
  /** Registers all of them, at this center, and takes the secrets that it gave. */
  register(center: Pick<CenterProcess, 'call'>): Promise<void>;
  /** The longest time between two ticks so far, ms: how late this machine noticed anything. */
  readonly longestTick_ms: number;
  /** Called after each station's tick. */
  onTick(look: Look): void;
  stop(): Promise<void>;
}

export interface FieldOptions {
  readonly count: number;
  /** Where the stations find their broker. */
  readonly mqtt: string;
  readonly random: () => number;
}

const CLOCK: Clock = steadyClock({ mono_ms: () => performance.now(), wall_ms: () => Date.now() });

/** They connect once they are registered. */
export async function startField({ count, mqtt, random }: FieldOptions): Promise<Field> {
  const folder = await mkdtemp(join(tmpdir(), 'heat-field-'));
  const store = new Store(join(folder, 'stations.sqlite'));
  const every_s = { default: 5, meter: 60 };
  const designs = catalogue(count).map((design) => ({
    ...design,
    registration: { ...design.registration, every_s },
  }));
  const secrets = new Map<string, string>();
  const stations = designs.map((design) =>
    createStation({
      design,
      mqtt,
      secret: () => secrets.get(design.registration.id) ?? '',
      store,
      boot: randomBytes(8).toString('hex'),
      environment: () => ENVIRONMENT,
      clock: CLOCK,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the four that stations use
      log: LOG as unknown as Parameters<typeof createStation>[0]['log'],
      random,
    }),
  );
  let look: Look = quiet;
  let ticked_ms = performance.now();
  let longestTick_ms = 0;
  let started = false;
  const timer = setInterval(() => {
    longestTick_ms = Math.max(longestTick_ms, performance.now() - ticked_ms);
    ticked_ms = performance.now();
    for (const station of stations) {
      const began_ms = performance.now();
      station.tick();
      look(station, { began_ms, ended_ms: performance.now() });
    }
  }, TICK_MS);
  return {
    designs,
    stations,
    async register(center) {
      for (const { registration } of designs) {
        const { username, password } = await register(center, registration);
        secrets.set(username, password);
      }
      if (!started) for (const station of stations) station.start();
      started = true;
    },
    get longestTick_ms() {
      return longestTick_ms;
    },
    onTick(next) {
      look = next;
    },
    async stop() {
      clearInterval(timer);
      await Promise.allSettled(stations.map((station) => station.stop()));
      store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a station works to what a center told it. */
export const isLed = (station: Station): boolean => station.commands().leases.length > 0;
