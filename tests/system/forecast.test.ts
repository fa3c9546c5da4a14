/** A weather service, the whole center, and what it says of the load to come. */
import type { NetworkLoadForecast, StationLearning } from '@heat-center/api/learning.ts';
import type { NetworkView } from '@heat-center/api/network.ts';
import type { WeatherView } from '@heat-center/api/weather.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  controlled,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
} from '../support/center.ts';

const HOUR_MS = 3_600_000;
const first = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;

let dir = '';
let center: CenterProcess;
let server: Server;
let away = false;
const etags: (string | undefined)[] = [];

/** Locationforecast as it is documented. */
function answer(): string {
  const timeseries = Array.from({ length: 90 }, (_, ahead) => ({
    time: new Date(first + ahead * HOUR_MS).toISOString().replace('.000', ''),
    data: { instant: { details: { air_temperature: -4 } } },
  }));
  const meta = { updated_at: new Date(first).toISOString(), units: { air_temperature: 'celsius' } };
  return JSON.stringify({ type: 'Feature', properties: { meta, timeseries } });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    if (away) return request.socket.destroy();
    etags.push(request.headers['if-none-match']);
    response.writeHead(200, { 'content-type': 'application/json', etag: '"a"' }).end(answer());
    return undefined;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  dir = await newDataDir();
  const { port } = server.address() as AddressInfo;
  center = await startCenter({ dir, env: { HEAT_CENTER_WEATHER_URL: `http://127.0.0.1:${port}` } });
});
afterAll(async () => {
  await center.stop();
  server.close();
  await removeDataDir(dir);
});

const weather = () => center.call<WeatherView>('GET', '/api/v1/network/weather');
const load = () => center.call<NetworkLoadForecast>('GET', '/api/v1/network/load-forecast');
const forecast = async () => (await center.call<NetworkView>('GET', '/api/v1/network')).forecast;
const POLL = { timeout: 30_000 };

describe('a forecast from a service', () => {
  it('gives the load of stations that have said nothing yet, from their design', async () => {
    await register(center, controlled('north'));
    await register(center, controlled('south'));
    expect(await load()).toMatchObject({ why: 'no_forecast', hours: [] });
    const section = {
      provider: 'met-norway',
      place: { lat: 37.87, lon: 112.55 },
      contact: 'ops@heat.example',
    };
    await center.call('PATCH', '/api/v1/network/settings', { weather: section });
    await expect.poll(async () => (await forecast())?.source, POLL).toBe('MET Norway');
    await expect.poll(async () => (await load()).why, POLL).toBeNull();
    const { hours, stations, learned, weather: from } = await load();
    expect(hours).toHaveLength(72);
    expect({ stations, learned }).toEqual({ stations: 2, learned: 0 });
    expect(from).toMatchObject({ source: 'MET Norway' });
    // Two stations of 35,000 m² at 45 W/m², 22 of 28.1 K.
    expect(hours[40]?.load_kw).toBeCloseTo((2 * 1575 * 22) / 28.1, -1);
    expect(await weather()).toMatchObject({ provider: 'met-norway', state: 'good' });
    const learning = await center.call<StationLearning>('GET', '/api/v1/stations/north/learning');
    expect(learning.circuits[0]).toMatchObject({
      loss: { identifiable: false },
      no_proposal: 'too_few_days',
    });
  });

  it('outlives a kill and a service that is away', async () => {
    const before = await forecast();
    away = true;
    await center.kill();
    center = await startCenter({ dir, env: { HEAT_CENTER_WEATHER_URL: 'http://127.0.0.1:9' } });
    expect(await forecast()).toEqual(before);
    await expect.poll(async () => (await weather()).state, POLL).toBe('failing');
    await expect.poll(async () => (await load()).why, POLL).toBeNull();
    expect(etags).toEqual([undefined]);
  });

  it('may come from a file instead', async () => {
    await mkdir(join(dir, 'weather'), { recursive: true });
    const hours = [-1, 90].map((ahead) => [first + ahead * HOUR_MS, 3]);
    await writeFile(
      join(dir, 'weather', 'city.json'),
      JSON.stringify({ source: 'the dispatcher', issued_at: Date.now(), hours }),
    );
    await center.call('PATCH', '/api/v1/network/settings', {
      weather: { provider: 'file', file: 'city.json' },
    });
    await expect.poll(async () => (await forecast())?.source, POLL).toBe('the dispatcher');
    expect((await load()).hours[40]?.load_kw).toBeCloseTo((2 * 1575 * 15) / 28.1, -1);
    const bad = await center.ask('PATCH', '/api/v1/network/settings', {
      weather: { provider: 'file', file: '../registry.json' },
    });
    expect(bad.status).toBe(400);
  });
});
