import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WeatherSettings } from '@heat-center/api/weather.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Forecast } from '../../domain/network/forecast.ts';
import { openWeather, type WeatherOptions } from './weather.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2027, 0, 11, 7, 20);
const PLACE = { lat: 37.870_012_3, lon: 112.549_98 };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ends: (() => Promise<void> | void)[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heat-weather-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await rm(folder, { recursive: true });
});

/** A weather service on the loopback. */
async function service(handler: Handler) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The adapter with a clock that tests move. */
function adapter(settings: WeatherSettings | undefined, more: Partial<WeatherOptions> = {}) {
  const taken: Forecast[] = [];
  const state = { now: NOW, settings };
  const weather = openWeather({
    settings: () => state.settings,
    folder,
    version: '0.1.0',
    base: undefined,
    key: undefined,
    take: async (forecast) => {
      taken.push(forecast);
    },
    now: () => state.now,
    random: () => 0,
    log: pino({ level: 'silent' }),
    ...more,
  });
  ends.push(() => weather.close());
  return { taken, state, weather };
}

const send = (
  response: ServerResponse,
  body: unknown,
  more: { status?: number; headers?: Record<string, string> } = {},
) =>
  response
    .writeHead(more.status ?? 200, { 'content-type': 'application/json', ...more.headers })
    .end(JSON.stringify(body));

/** As the documentation of Open-Meteo shows it: seconds in UTC, an array for each variable. */
const openMeteo = (from = NOW - 8 * HOUR_MS) => ({
  latitude: 37.875,
  longitude: 112.5,
  generationtime_ms: 0.03,
  utc_offset_seconds: 0,
  timezone: 'GMT',
  timezone_abbreviation: 'GMT',
  elevation: 792,
  hourly_units: { time: 'unixtime', temperature_2m: '°C' },
  hourly: {
    time: Array.from({ length: 120 }, (_, index) => Math.floor(from / HOUR_MS + index) * 3600),
    temperature_2m: Array.from({ length: 120 }, (_, index) => (index === 30 ? null : -5 + index / 10)),
  },
});

/** As the data model of Locationforecast shows it: GeoJSON, hourly at first and six-hourly later. */
const metNorway = () => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [112.55, 37.87, 790] },
  properties: {
    meta: { updated_at: '2027-01-11T05:31:02Z', units: { air_temperature: 'celsius', wind_speed: 'm/s' } },
    timeseries: [0, 1, 2, 3, 9, 15].map((ahead, index) => ({
      time: new Date(Math.floor(NOW / HOUR_MS) * HOUR_MS + ahead * HOUR_MS).toISOString().replace('.000', ''),
      data: {
        instant: { details: { air_temperature: -3 - index, wind_speed: 2.1 } },
        next_1_hours: { summary: { symbol_code: 'cloudy' }, details: { precipitation_amount: 0 } },
      },
    })),
  },
});

const HOURLY = { provider: 'open-meteo', place: PLACE, every_s: 3600 } as const;
const NORWAY = { provider: 'met-norway', place: PLACE, contact: 'ops@heat.example', every_s: 3600 } as const;
const poll = { timeout: 10_000 };

describe('Open-Meteo', () => {
  it('is asked as documented and read', async () => {
    const { asked, base } = await service((_, response) => send(response, openMeteo()));
    const { taken, weather } = adapter(HOURLY, { base, key: 'k-1' });
    await expect.poll(() => taken.length, poll).toBe(1);
    const url = new URL(asked[0]?.url ?? '', base);
    expect(url.pathname).toBe('/v1/forecast');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      latitude: '37.87',
      longitude: '112.55',
      hourly: 'temperature_2m',
      timeformat: 'unixtime',
      forecast_days: '5',
      apikey: 'k-1',
    });
    const [forecast] = taken;
    expect(forecast?.source).toBe('Open-Meteo');
    expect(forecast?.issued_at).toBe(NOW);
    // Three hours before now stay, what has no value is left out.
    expect(forecast?.hours[0]?.[0]).toBe(Date.UTC(2027, 0, 11, 5));
    expect(forecast?.hours).toHaveLength(113);
    expect(weather.status()).toMatchObject({
      state: 'good',
      taken_at: NOW,
      next_at: NOW + HOUR_MS,
      attribution: { url: 'https://open-meteo.com/' },
    });
  });

  it('is refused in another unit or shape, and the last forecast stays', async () => {
    let body: unknown = { ...openMeteo(), hourly_units: { temperature_2m: '°F' } };
    const { base } = await service((_, response) => send(response, body));
    const { taken, weather, state } = adapter(HOURLY, { base });
    await expect.poll(() => weather.status().state, poll).toBe('failing');
    expect(weather.status().trouble).toContain('temperature_2m');
    body = { error: true, reason: 'Latitude must be in range' };
    state.now += HOUR_MS;
    await expect.poll(() => weather.status().trouble, poll).toContain('hourly');
    body = openMeteo();
    state.now += HOUR_MS;
    await expect.poll(() => taken.length, poll).toBe(1);
    expect(weather.status()).toMatchObject({ state: 'good', trouble: null });
  });
});

describe('MET Norway', () => {
  it('is told who asks, is asked again only when its answer has expired, and with what it said', async () => {
    const modified = 'Mon, 11 Jan 2027 05:31:09 GMT';
    const { asked, base } = await service((request, response) => {
      const times = { 'last-modified': modified, date: new Date(NOW).toUTCString() };
      const expires = new Date(NOW + 2 * HOUR_MS).toUTCString();
      if (request.headers['if-modified-since'] === modified) response.writeHead(304, times).end();
      else send(response, metNorway(), { headers: { ...times, expires } });
    });
    const { taken, weather, state } = adapter(NORWAY, { base });
    await expect.poll(() => weather.status().state, poll).toBe('good');
    expect(asked[0]?.url).toBe('/weatherapi/locationforecast/2.0/compact?lat=37.87&lon=112.55');
    expect(asked[0]?.headers['user-agent']).toBe('HeatCenter/0.1.0 ops@heat.example');
    expect(asked[0]?.headers['accept-encoding']).toContain('gzip');
    expect(taken[0]).toMatchObject({ source: 'MET Norway', issued_at: Date.parse('2027-01-11T05:31:02Z') });
    expect(taken[0]?.hours.map(([, outdoor_c]) => outdoor_c)).toEqual([-3, -4, -5, -6, -7, -8]);
    expect(weather.status().next_at).toBe(NOW + 2 * HOUR_MS);
    state.now = NOW + 1.9 * HOUR_MS;
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect(asked).toHaveLength(1);
    state.now = NOW + 2 * HOUR_MS;
    await expect.poll(() => asked.length, poll).toBe(2);
    await expect.poll(() => weather.status().checked_at, poll).toBe(state.now);
    // Nothing new: nothing is told, and that is good.
    expect(taken).toHaveLength(1);
    expect(weather.status()).toMatchObject({ state: 'good', taken_at: NOW });
  });

  it('is left alone for as long as it asks, and for an hour when it refuses', async () => {
    let answer: [number, Record<string, string>] = [503, { 'retry-after': '5400' }];
    const { base } = await service((_, response) =>
      send(response, {}, { status: answer[0], headers: answer[1] }),
    );
    const { weather, state } = adapter(NORWAY, { base });
    await expect.poll(() => weather.status().state, poll).toBe('failing');
    expect(weather.status().next_at).toBe(NOW + 5400 * 1000);
    answer = [403, {}];
    state.now += 5400 * 1000;
    await expect.poll(() => weather.status().trouble, poll).toContain('403');
    expect(weather.status().next_at).toBe(state.now + HOUR_MS);
  });
});

describe('a service that cannot be had', () => {
  it('is asked less and less often', async () => {
    const { asked, base } = await service((request) => request.socket.destroy());
    const { weather, state } = adapter(HOURLY, { base });
    const pauses: number[] = [];
    for (let turn = 1; turn <= 4; turn += 1) {
      await expect.poll(() => asked.length, poll).toBe(turn);
      await expect.poll(() => weather.status().checked_at, poll).toBe(state.now);
      const next_at = weather.status().next_at ?? 0;
      pauses.push((next_at - state.now) / 60_000);
      state.now = next_at;
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
  });

  it('is not believed when it answers without end, sends elsewhere or is not JSON', async () => {
    const handlers: Handler[] = [
      (_, response) => {
        response.writeHead(200);
        const more = (): void => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      },
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      (_, response) => response.writeHead(200).end('<html>'),
    ];
    let turn = 0;
    const { base } = await service((request, response) => handlers[turn]?.(request, response));
    const { taken, weather, state } = adapter(HOURLY, { base });
    for (const word of ['longer', 'redirect', 'JSON']) {
      await expect.poll(() => weather.status().trouble, poll).toContain(word);
      turn += 1;
      state.now = weather.status().next_at ?? 0;
    }
    expect(taken).toHaveLength(0);
  });
});

const FILE = { provider: 'file', every_s: 60 } as const;
const forecast = (first_c: number) => ({
  source: 'a colleague',
  issued_at: NOW - HOUR_MS,
  hours: [
    [NOW - HOUR_MS, first_c],
    [NOW + 48 * HOUR_MS, 4],
  ],
});

describe('a file', () => {
  it('is read, and again when it changes; one that is spoilt leaves the last forecast', async () => {
    const path = join(folder, 'city.json');
    await writeFile(path, JSON.stringify(forecast(-2)));
    const { taken, weather, state } = adapter({ ...FILE, file: 'city.json' });
    await expect.poll(() => taken.length, poll).toBe(1);
    expect(taken[0]).toEqual(forecast(-2));
    state.now += 10_000;
    await expect.poll(() => weather.status().checked_at, poll).toBe(state.now);
    expect(taken).toHaveLength(1);
    await writeFile(path, '{"source":');
    await utimes(path, state.now / 1000, state.now / 1000);
    state.now += 10_000;
    await expect.poll(() => weather.status().state, poll).toBe('failing');
    await writeFile(path, JSON.stringify(forecast(-7)));
    state.now += 10_000;
    await expect.poll(() => taken.length, poll).toBe(2);
    expect(taken[1]?.hours[0]?.[1]).toBe(-7);
    expect(weather.status().state).toBe('good');
  });

  it('may hold what a service answers, a table, or a typical year', async () => {
    await writeFile(join(folder, 'met.json'), JSON.stringify(metNorway()));
    const table = ['time,outdoor_c,wind', '2027-01-11T07:00:00Z,-3.5,2', '2027-01-11T16:00:00+08:00,-4,1'];
    await writeFile(join(folder, 'table.csv'), `${table.join('\r\n')}\r\n`);
    const head = ['LOCATION,Taiyuan,-,-,Generated,0,37.87,112.55,8.0,792.0', ...Array(7).fill('-')];
    // 11 January, 15:00 local is 7:00 UTC; hour h ends at h.
    const rows = Array.from({ length: 14 * 24 }, (_, index) => {
      const [day, hour] = [9 + Math.floor(index / 24), (index % 24) + 1];
      return `2027,1,${day},${hour},60,?,${(day - 11) * 10 + hour / 10},9999`;
    });
    await writeFile(join(folder, 'year.epw'), [...head, ...rows].join('\n'));
    const found = async (file: string) => {
      const { taken } = adapter({ ...FILE, file });
      await expect.poll(() => taken.length, poll).toBe(1);
      return taken[0];
    };
    expect((await found('met.json'))?.source).toBe('MET Norway');
    expect((await found('table.csv'))?.hours).toEqual([
      [Date.UTC(2027, 0, 11, 7), -3.5],
      [Date.UTC(2027, 0, 11, 8), -4],
    ]);
    const year = new Map((await found('year.epw'))?.hours);
    expect(year.get(Date.UTC(2027, 0, 11, 7))).toBe(1.5);
    expect(year.get(Date.UTC(2027, 0, 11, 16))).toBe(2.4);
    expect(year.get(Date.UTC(2027, 0, 11, 17))).toBe(10.1);
  });

  it('says where it looked and what is wrong', async () => {
    await writeFile(join(folder, 'local.csv'), 'time,outdoor_c\n2027-01-11 07:00,-3\n');
    await mkdir(join(folder, 'dir.json'));
    const trouble = async (file: string) => {
      const { weather } = adapter({ ...FILE, file });
      await expect.poll(() => weather.status().trouble, poll).not.toBeNull();
      return weather.status().trouble;
    };
    expect(await trouble('gone.json')).toBe(`${join(folder, 'gone.json')} is not there`);
    expect(await trouble('local.csv')).toContain('line 2: a time with its zone');
    expect(await trouble('dir.json')).toContain('cannot be read');
  });
});

describe('settings', () => {
  it('begin and end it while it runs', async () => {
    const { base } = await service((_, response) => send(response, openMeteo()));
    const { taken, weather, state } = adapter(undefined, { base });
    expect(weather.status()).toMatchObject({ provider: 'none', state: 'off' });
    state.settings = HOURLY;
    await expect.poll(() => taken.length, poll).toBe(1);
    state.settings = undefined;
    await expect.poll(() => weather.status().state, poll).toBe('off');
  });
});
