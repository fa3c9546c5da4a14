import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STATION_ID } from '@heat-center/contract/topics.ts';
import { fleetSettings } from '../environment.ts';
import { startFakeCenter, type FakeCenter } from '../testing/fake-center.ts';
import { until } from '../testing/until.ts';
import { backfill } from './backfill.ts';
import { catalogue } from './catalogue.ts';
import { SOURCE_ID } from './city-design.ts';
import { runFaultCli } from './fault-cli.ts';
import { startFleet, type Fleet } from './fleet.ts';

let folder: string;
let center: FakeCenter;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  center = await startFakeCenter();
});
afterEach(async () => {
  await center.close();
  rmSync(folder, { recursive: true });
});

const start = (historyDays: number): Fleet =>
  startFleet({
    api: center.api,
    token: () => center.token,
    mqtt: center.mqtt,
    count: 3,
    folder,
    log: pino({ level: 'silent' }),
    historyDays,
  });

/** All stations are there and have heard the center. */
async function heard(fleet: Fleet): Promise<void> {
  await fleet.ready;
  await until('logins', () => fleet.stations.every((station) => station.connected()));
  center.heartbeat({ epoch: 1, at: Date.now() });
}

/** What the center has of every station but the source. */
const served = () => [...center.stations].filter(([id]) => id !== SOURCE_ID).map(([, station]) => station);
const settled = (fleet: Fleet): boolean => fleet.stations.every(({ outbox }) => outbox.unsettled === 0);
const energies = (id: string): number[] => {
  const samples = [...(center.stations.get(id)?.samples ?? [])].toSorted(([a], [b]) => a - b);
  return samples.flatMap(([, text]) => {
    const found = JSON.parse(text).find(([point]: [string]) => point === 'primary.energy_kwh');
    return found ? [Number(found[1])] : [];
  });
};

describe('fleet', () => {
  it('registers, speaks live, fills in history once, and goes on after a restart with the secrets it has', async () => {
    const fleet = start(0.1);
    await heard(fleet);
    await fleet.filled;
    const both = (): boolean => served().every(({ boots }) => boots.size === 2);
    await until('live and earlier samples', () => both() && settled(fleet));
    for (const { samples, body, boots } of served()) {
      expect(samples.size).toBeGreaterThan(140);
      expect(boots.size).toBe(2);
      expect(body).toMatchObject({ simulated: true, control: 'on', every_s: { default: 10, meter: 60 } });
    }
    const [id] = center.stations.keys();
    const counted = energies(id!);
    expect(counted).toEqual(counted.toSorted((a, b) => a - b));
    expect(counted.at(-1)! - counted[0]!).toBeGreaterThan(500);
    await fleet.stop();
    expect(center.stations.get(id!)?.statuses.at(-1)).toMatchObject({ state: 'offline' });
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);

    const before = center.stations.get(id!)!.samples.size;
    const again = start(0.1);
    await heard(again);
    await again.filled;
    await until('live samples', () => center.stations.get(id!)!.samples.size > before && settled(again));
    expect(center.stations.get(id!)!.samples.size).toBeLessThan(before + 20);
    expect(energies(id!).at(-1)).toBeGreaterThanOrEqual(counted.at(-1)!);
    await again.stop();
  });

  it('asks for another secret when its own are lost', async () => {
    const fleet = start(0);
    await fleet.ready;
    await fleet.stop();
    rmSync(join(folder, 'secrets.json'));
    const again = start(0);
    await again.ready;
    await until('a login', () => again.stations.every((station) => station.connected()));
    expect([...center.stations.values()].map(({ secret }) => secret.endsWith('+'))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await again.stop();
  });

  it('obeys faults that a person injects, and shows what a station would', async () => {
    const fault = (...argv: string[]): void =>
      runFaultCli(argv, { folder, say: () => undefined, now: Date.now });
    const fleet = start(0);
    await heard(fleet);
    const station = fleet.stations.find(({ id }) => id === 'dongshan-3');
    fault('add', 'dongshan-3', 'lost_link');
    fault('add', 'dongshan-3', 'local_mode');
    fault('add', SOURCE_ID, 'source_trip');
    await until('a cut link', () => station?.connected() === false);
    expect(station?.commands().mode).toBe('local');
    expect(station?.plant.state.faults.map(({ name }) => name)).toEqual(['lost_link', 'local_mode']);
    await until('the will', () => center.stations.get('dongshan-3')?.statuses.at(-1)?.state === 'offline');
    const source = fleet.stations.find(({ id }) => id === SOURCE_ID);
    await until('a trip', () => source?.plant.state.tripped === true);
    expect(source?.plant.state.primary_c).toBeLessThan(115);
    fault('clear');
    await until('a new link', () => station?.connected() === true);
    expect(station?.commands().mode).toBe('remote');
    await fleet.stop();
  });

  it('ends at once while it waits for a center that is not there', async () => {
    const fleet = startFleet({
      api: 'http://127.0.0.1:9',
      token: () => '',
      mqtt: center.mqtt,
      count: 2,
      folder,
      log: pino({ level: 'silent' }),
    });
    await fleet.stop();
    await expect(fleet.ready).rejects.toThrow(/aborted/);
  });
});

describe('stations without secondary measurement', () => {
  it('register limits of the primary side, and neither live nor earlier samples tell of circuits', async () => {
    const design = catalogue(14).find(({ primary_only }) => primary_only);
    if (!design) throw new Error('no such station among the first 14');
    const { registration, rules } = design;
    expect(registration.circuits).toEqual([]);
    expect(registration.primary_accepts).toEqual(Object.keys(rules.primary));
    expect(registration.primary_limits?.power_max_kw).toBeGreaterThan(1000);
    expect(rules.circuits.every(({ accepts }) => Object.keys(accepts).length === 0)).toBe(true);
    const environment = {
      supply_c: 100,
      supply_kpa: 700,
      return_kpa: 400,
      outdoor_c: -2,
      sun: 0,
      hour: 3,
    };
    const samples = await backfill({
      design,
      environment: () => environment,
      until_ms: 1_795_305_600_000,
      days: 0.05,
      counters: { energy_kwh: 5e6, volume_m3: 1e5, electricity_kwh: 1e4, makeup_m3: { low: 10 } },
    });
    expect(samples.length).toBeGreaterThan(60);
    for (const sample of samples) expect(Object.keys(sample)).not.toContain('circuits');
    expect(samples.at(-1)).toHaveProperty('primary.power_kw');
  });
});

describe('catalogue', () => {
  const many = catalogue(1000);

  it('has ids of its own for a thousand stations, and names by hand for the first 24', () => {
    const ids = many.map(({ registration }) => registration.id);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => STATION_ID.test(id))).toBe(true);
    const names = many.map(({ registration }) => registration.name.zh);
    expect(new Set(names).size).toBe(1000);
    expect(many.slice(0, 24).some(({ registration }) => /\d{2}/.test(registration.name.en))).toBe(false);
  });

  it('is believable: areas, places, flows, design above the room', () => {
    for (const { registration, own_flow_m3_h } of many) {
      expect(registration.heated_area_m2).toBeGreaterThanOrEqual(20_000);
      expect(registration.heated_area_m2).toBeLessThanOrEqual(160_000);
      expect(Math.abs(registration.place.lat - 37.86)).toBeLessThan(0.15);
      expect(Math.abs(registration.place.lon - 112.53)).toBeLessThan(0.15);
      for (const { id, design, limits } of registration.circuits) {
        expect(design.supply_c).toBeGreaterThan(design.return_c);
        expect(limits.supply_max_c).toBeGreaterThanOrEqual(design.supply_c);
        expect(own_flow_m3_h[id]).toBeGreaterThan(1);
      }
    }
  });

  it('sends only points that the contract knows, all of them in range and marked simulated', async () => {
    const fleet = start(0);
    await heard(fleet);
    await until('samples', () => [...center.stations.values()].every(({ samples }) => samples.size > 0));
    await fleet.stop();
    for (const { samples, unknown, simulated } of center.stations.values()) {
      expect(simulated).toBe(true);
      expect([...unknown]).toEqual([]);
      const readings: [string, number, string][] = JSON.parse([...samples.values()][0]!);
      expect(readings.length).toBeGreaterThan(9);
      expect(readings.filter(([, , quality]) => quality !== 'good')).toEqual([]);
    }
  });
});

describe('settings', () => {
  it('come from the environment, with a word about the variable that is wrong', () => {
    const settings = fleetSettings({ HEAT_CENTER_DATA_DIR: folder, HEAT_SIMULATORS_TOKEN: 'abc' });
    expect(settings).toMatchObject({
      api: 'http://127.0.0.1:8080',
      count: 24,
      folder: join(folder, 'simulators'),
    });
    expect(settings.token()).toBe('abc');
    expect(() => fleetSettings({ HEAT_CENTER_DEMO_STATIONS: 'many' })).toThrow(/HEAT_CENTER_DEMO_STATIONS/);
    const { weather } = fleetSettings({
      HEAT_SIMULATORS_WEATHER: 'simulators/weather/generated-winter-week.epw',
    });
    expect(weather?.(1_795_305_600).outdoor_c).toBeLessThan(5);
    expect(() => fleetSettings({ HEAT_SIMULATORS_WEATHER: 'nowhere.epw' })).toThrow(
      /HEAT_SIMULATORS_WEATHER/,
    );
  });
});
