import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../testing/until.ts';
import { cityWeather } from './city.ts';
import { tellForecasts } from './forecaster.ts';

const NOW = Date.UTC(2027, 0, 11, 7, 20);
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

/** A center that knows these two calls, and what it was told. */
async function told(provider: string) {
  const posted: { issued_at: number; hours: [number, number][] }[] = [];
  let asked = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (request.url === '/api/v1/network/weather') asked += 1;
    else posted.push(JSON.parse(body) as (typeof posted)[number]);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ provider }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const abort = new AbortController();
  const { port } = server.address() as AddressInfo;
  const done = tellForecasts({
    api: { api: `http://127.0.0.1:${port}`, token: () => 'token', signal: abort.signal },
    weather: cityWeather(),
    now: () => NOW,
    log: pino({ level: 'silent' }),
  });
  ends.push(async () => {
    abort.abort();
    await done;
    server.closeAllConnections();
    server.close();
  });
  return { posted, asked: () => asked };
}

describe('the forecast of the simulated city', () => {
  it('is posted at once, four days from the hour before', async () => {
    const { posted } = await told('none');
    await until('a forecast', () => posted.length > 0);
    const [forecast] = posted;
    expect(forecast?.issued_at).toBe(Date.UTC(2027, 0, 11, 6));
    expect(forecast?.hours[0]?.[0]).toBe(Date.UTC(2027, 0, 11, 6));
    expect(forecast?.hours.at(-1)?.[0]).toBeGreaterThan(NOW + 95 * 3_600_000);
  });

  it('leaves it to a weather service that somebody set', async () => {
    const { posted, asked } = await told('met-norway');
    await until('the question', () => asked() > 0);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    expect(posted).toHaveLength(0);
  });
});
