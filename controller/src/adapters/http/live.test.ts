/** The live feed over real sockets. */
import { once } from 'node:events';
import { liveChanges, liveSnapshot } from '@heat-center/api/live.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { addStation, asAdmin, httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { SIGNED_OUT } from './feed/feed.ts';

let http: Fixture;
let origin: string;
let sockets: WebSocket[];
beforeEach(async () => {
  sockets = [];
  http = await httpFixture();
  addStation(http);
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  origin = http.url();
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await http.close();
});

const open = (headers: Record<string, string>): WebSocket => {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/live`, { headers });
  sockets.push(socket);
  return socket;
};

async function message(socket: WebSocket): Promise<unknown> {
  const [data] = await once(socket, 'message');
  return JSON.parse(String(data));
}

/** Status with which the upgrade is refused. */
async function refused(headers: Record<string, string>): Promise<number | undefined> {
  const socket = open(headers);
  socket.on('error', () => undefined);
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

async function cookieOf(): Promise<string> {
  const token = new URL(http.loginLink().url).hash.replace('#login=', '');
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

describe('GET /api/v1/live', () => {
  it('tells a snapshot, then changes', async () => {
    const socket = open(asAdmin);
    expect(liveSnapshot.parse(await message(socket)).stations).toHaveProperty('dongshan-3');
    http.center.measure('dongshan-3', { outdoor_c: -4 });
    const changes = liveChanges.parse(await message(socket));
    expect(changes).toMatchObject({
      n: 1,
      stations: { 'dongshan-3': { points: { outdoor_c: [http.center.now, -4, 'good'] } } },
    });
  });

  it('is refused without a session, and with a session from another page', async () => {
    expect(await refused({})).toBe(401);
    expect(await refused({ authorization: 'Bearer wrong' })).toBe(401);
    const cookie = await cookieOf();
    expect(await refused({ cookie })).toBe(403);
    expect(await refused({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await refused({ ...asAdmin, host: 'evil.example' })).toBe(403);
    expect(http.feed.size).toBe(0);
  });

  it('is closed when its session signs out', async () => {
    const cookie = await cookieOf();
    const socket = open({ cookie, origin });
    await message(socket);
    const closed = once(socket, 'close');
    await fetch(`${origin}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin } });
    expect((await closed)[0]).toBe(SIGNED_OUT);
    expect(http.feed.size).toBe(0);
  });

  it('takes nothing: a message ends it, a large one too', async () => {
    for (const [text, code] of [
      ['hello', 1003],
      ['x'.repeat(5000), 1009],
    ] as const) {
      const socket = open(asAdmin);
      await message(socket);
      const closed = once(socket, 'close');
      socket.send(text);
      expect((await closed)[0]).toBe(code);
    }
  });

  it('is a plain error for a plain request', async () => {
    const answer = await fetch(`${origin}/api/v1/live`, { headers: asAdmin });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request' });
  });

  it('ends with the center', async () => {
    const socket = open(asAdmin);
    await message(socket);
    const closed = once(socket, 'close');
    await http.app.close();
    expect([1001, 1005]).toContain((await closed)[0]);
    expect(http.center.listeners).toBe(0);
  });
});
