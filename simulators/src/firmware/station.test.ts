import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../fleet/catalogue.ts';
import { register } from '../fleet/register.ts';
import type { Environment } from '../plant/environment.ts';
import { startFakeCenter, type FakeCenter, type FakeStation } from '../testing/fake-center.ts';
import { until } from '../testing/until.ts';
import { createStation, type Station } from './station.ts';
import { Store } from './store.ts';

const T0 = 1_795_305_600_000;
const COLD: Environment = { supply_c: 105, supply_kpa: 640, return_kpa: 395, outdoor_c: 2, sun: 0, hour: 3 };
const DESIGN = catalogue(1)[0]!;
const ID = DESIGN.registration.id;

let folder: string;
let center: FakeCenter;
let store: Store;
let station: Station;
let mono_ms: number;

function boot(id: string): Station {
  station = createStation({
    design: DESIGN,
    mqtt: center.mqtt,
    secret: () => `secret-of-${ID}`,
    store,
    boot: id,
    environment: () => COLD,
    clock: { mono_ms: () => mono_ms, wall_ms: () => T0 + mono_ms },
    log: pino({ level: 'silent' }),
    random: () => 0,
  });
  return station;
}

/** Seconds of the station's time, with heartbeats every five that it hears. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mono_ms += 1000;
    if (Math.round(mono_ms / 1000) % 5 === 0) {
      const at = T0 + mono_ms;
      center.heartbeat({ epoch: 7, at });
      await until('a heartbeat', () => station.commands().watch.last_at === at);
    }
    station.tick();
  }
}

function silence(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    mono_ms += 1000;
    station.tick();
  }
}

const held = (): FakeStation => center.stations.get(ID)!;
const states = (): string[] =>
  held().reports.map(({ id, state, why }) => [id, state, why].filter(Boolean).join(' '));
const valueOf = (point: string): unknown => {
  const last = held().samples.get(Math.max(...held().samples.keys()));
  return JSON.parse(last ?? '[]').find(([name]: [string]) => name === point)?.[1];
};
const setpoints = (seq: number, supply_c: number) => ({
  v: 1 as const,
  id: `c${seq}`,
  epoch: 7,
  seq,
  at: T0 + mono_ms,
  valid_s: 600,
  kind: 'setpoints' as const,
  circuits: { low: { supply_c, flow_m3_h: 30 } },
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'station-'));
  center = await startFakeCenter();
  store = new Store(join(folder, 'stations.sqlite'));
  mono_ms = 0;
  await register({ api: center.api, token: () => center.token }, DESIGN.registration, undefined);
  boot('boot-1').start();
  await until('the first connection', () => held().statuses.length > 0);
});
afterEach(async () => {
  await station.stop();
  store.close();
  await center.close();
  rmSync(folder, { recursive: true });
});

describe('a simulated station', () => {
  it('samples each ten seconds, the meter each minute, and keeps nothing after the receipt', async () => {
    await pass(135);
    await until('receipts', () => station.outbox.unsettled === 0);
    expect(held().samples.size).toBeGreaterThanOrEqual(12);
    expect(held().samples.size).toBeLessThanOrEqual(15);
    const metered = [...held().samples.values()].filter((text) => text.includes('primary.energy_kwh'));
    expect(metered.length).toBe(3);
    expect(held().statuses[0]).toMatchObject({ state: 'online', boot: 'boot-1', mode: 'remote' });
    expect(store.count(ID)).toBe(0);
  });

  it('obeys, ramps at its own pace, reads back, and goes on alone when the center is silent', async () => {
    await pass(20);
    center.command(ID, setpoints(1, 70));
    await until('accepted', () => states().includes('c1 accepted'));
    await pass(2);
    await until('applied', () => states().includes('c1 applied'));
    await pass(10);
    await until('a sample that follows the center', () => valueOf('circuits.low.follows') === 0);
    const before_c = Number(valueOf('circuits.low.supply_set_c'));
    expect(before_c).toBeLessThan(69);
    await pass(120);
    await until('receipts', () => station.outbox.unsettled === 0);
    expect(Number(valueOf('circuits.low.supply_set_c')) - before_c).toBeGreaterThan(1.4);
    expect(Number(valueOf('circuits.low.supply_set_c')) - before_c).toBeLessThan(2.3);
    silence(30);
    await until('expired', () => states().includes('c1 expired'));
    await until('the own curve', () => valueOf('circuits.low.follows') === 1);
  });

  it('keeps samples through an outage, and sends them in order when the center is back', async () => {
    await pass(30);
    await until('receipts', () => station.outbox.unsettled === 0);
    center.receipts = false;
    center.cut();
    await until('the cut', () => !station.connected());
    silence(200);
    expect(station.outbox.unsettled).toBeGreaterThanOrEqual(19);
    await until('a new connection', () => station.connected());
    await until('samples again', () => held().samples.size >= 22);
    expect(station.outbox.unsettled).toBeGreaterThanOrEqual(19);
    center.receipts = true;
    silence(31);
    await until('receipts', () => station.outbox.unsettled === 0);
    const times = [...held().samples.keys()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('loses nothing and obeys nothing twice when it is killed', async () => {
    await pass(20);
    center.command(ID, setpoints(5, 60));
    await until('accepted', () => states().includes('c5 accepted'));
    center.receipts = false;
    silence(50);
    const left = station.outbox.unsettled;
    expect(left).toBeGreaterThan(3);
    // A kill: no goodbye, another process with the same file.
    const dead = station;
    boot('boot-2');
    expect(station.outbox.unsettled).toBe(left);
    await dead.stop();
    center.receipts = true;
    station.start();
    await until('receipts', () => station.outbox.unsettled === 0);
    await until('expired', () => states().includes('c5 expired'));
    await pass(15);
    center.command(ID, { ...setpoints(5, 80), id: 'again' });
    await until('replayed', () => states().includes('again refused replayed'));
  });

  it('has meters that count on while the station stands, off or asleep', async () => {
    await pass(20);
    const { energy_kwh, electricity_kwh, power_kw } = station.plant.state;
    expect(power_kw).toBeGreaterThan(100);
    await station.stop();
    mono_ms += 40 * 60_000;
    boot('boot-2');
    const off_kwh = station.plant.state.energy_kwh - energy_kwh;
    expect(off_kwh / ((power_kw * 40) / 60)).toBeCloseTo(1, 6);
    expect(station.plant.state.electricity_kwh - electricity_kwh).toBeGreaterThan(1);
    station.tick();
    mono_ms += 3_600_000;
    station.tick();
    const asleep_kwh = station.plant.state.energy_kwh - energy_kwh - off_kwh;
    expect(asleep_kwh / power_kw).toBeGreaterThan(0.8);
    expect(asleep_kwh / power_kw).toBeLessThan(1.2);
  });

  it('says local when it is switched, and refuses then', async () => {
    await pass(10);
    station.setMode('local');
    await until('local', () => held().statuses.at(-1)?.mode === 'local');
    center.command(ID, setpoints(1, 60));
    await until('a refusal', () => states().length > 0);
    expect(states()).toEqual(['c1 refused local_mode']);
  });
});
