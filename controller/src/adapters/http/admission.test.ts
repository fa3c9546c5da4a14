/** What the server takes on at once, over real sockets. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ADMIN, addStation, httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { HTTP_LIMITS } from './admission.ts';

let http: Fixture;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  http = await httpFixture();
  addStation(http);
  await http.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await http.close();
});

/** Sends bytes on a socket of its own; `text` is what came back so far. */
async function send(bytes: string): Promise<{ text: string; socket: Socket }> {
  const { hostname, port } = new URL(http.url());
  const socket = connect({ host: hostname, port: Number(port) });
  sockets.push(socket);
  const heard = { text: '', socket };
  socket.on('data', (chunk: Buffer) => {
    heard.text += chunk.toString();
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return heard;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

const head = (path: string, method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${ADMIN}\r\n\r\n`;

async function metric(name: string): Promise<number> {
  const { body } = await http.ask({ url: '/metrics' });
  return Number(new RegExp(`^heat_center_${name} (\\S+)`, 'm').exec(body)?.[1]);
}

/** History that counts for nobody until it is let go. */
function holdHistory(): () => void {
  let letGo = (): void => undefined;
  http.history.held = new Promise((resolve) => {
    letGo = resolve;
  });
  return letGo;
}

it('answers so many requests at once for those who are signed in, refuses more, and forgets none', async () => {
  const letGo = holdHistory();
  const path = '/api/v1/stations/dongshan-3/history/count';
  const batches = HTTP_LIMITS.requests / HTTP_LIMITS.requestsPerSocket;
  const heard = [];
  for (let batch = 0; batch < batches; batch += 1) {
    heard.push(await send(head(path).repeat(HTTP_LIMITS.requestsPerSocket)));
  }
  // `/metrics` would be refused as well: the figures are read when there is room again.
  await until(() => http.history.counts >= HTTP_LIMITS.requests);
  const refused = await http.ask({ url: '/api/v1/stations' });
  expect(refused.json()).toMatchObject({ status: 429, code: 'busy' });
  heard[0]?.socket.destroy();
  letGo();
  const others = heard.slice(1);
  await until(() => others.every(({ text }) => statuses(text).length === HTTP_LIMITS.requestsPerSocket));
  expect(new Set(others.flatMap(({ text }) => statuses(text)))).toEqual(new Set([200]));
  expect(await metric('http_requests_open')).toBe(1);
  expect(await metric('http_requests_refused')).toBe(1);
});

it('forgets the requests of a connection that breaks off while they wait for each other', async () => {
  const letGo = holdHistory();
  const heard = await send(head('/api/v1/stations/dongshan-3/history/count').repeat(8));
  await until(() => http.history.counts >= 8);
  expect(await metric('http_requests_open')).toBe(9);
  heard.socket.resetAndDestroy();
  while ((await metric('http_requests_open')) !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  letGo();
});

it('refuses what one connection sends too much at once', async () => {
  const letGo = holdHistory();
  const more = HTTP_LIMITS.requestsPerSocket + 3;
  const heard = await send(head('/api/v1/stations/dongshan-3/history/count').repeat(more));
  await until(() => http.history.counts >= HTTP_LIMITS.requestsPerSocket);
  letGo();
  await until(() => statuses(heard.text).length === more);
  expect(statuses(heard.text).slice(-3)).toEqual([429, 429, 429]);
});

it('keeps no socket that asks for an upgrade while it is still being answered', async () => {
  const letGo = holdHistory();
  const upgrade = `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n`;
  const heard = await send(head('/api/v1/stations/dongshan-3/history/count') + upgrade);
  await until(() => heard.socket.destroyed);
  letGo();
  expect(await metric('http_connections')).toBe(0);
});

it('lets strangers hold connections only, and those not for long', async () => {
  expect(http.app.server.headersTimeout).toBe(HTTP_LIMITS.headersMs);
  expect(http.app.server.requestTimeout).toBe(HTTP_LIMITS.requestMs);
  expect(http.app.server.timeout).toBe(HTTP_LIMITS.idleMs);
  expect(http.app.server.maxConnections).toBe(HTTP_LIMITS.connections);
  const body = `POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`;
  for (let socket = 0; socket < 20; socket += 1) await send(body);
  expect((await http.ask({ url: '/api/v1/stations' })).statusCode).toBe(200);
  expect(await metric('http_connections')).toBe(20);
  expect(await metric('http_requests_open')).toBe(1);
});

it.each([
  ['/api/v1/session', 'content-length: 9000000000\r\n\r\n', 413],
  ['/api/v1/session', 'transfer-encoding: chunked\r\n\r\nfffffff\r\n', 411],
  ['/api/v1/stations', 'content-length: 9000000000\r\n\r\n', 413],
  ['/api/v1/stations', 'transfer-encoding: chunked\r\n\r\nfffffff\r\n', 401],
])('reads little of a body that a stranger sends to %s with %j', async (path, framing, status) => {
  let read = (): number => 0;
  http.app.server.once('connection', (accepted: Socket) => (read = () => accepted.bytesRead));
  const type = 'host: 127.0.0.1\r\ncontent-type: application/json\r\n';
  const heard = await send(`POST ${path} HTTP/1.1\r\n${type}${framing}`);
  const closed = new Promise((resolve) => heard.socket.once('close', resolve));
  heard.socket.write(Buffer.alloc(32 * 1024 * 1024));
  await closed;
  expect(statuses(heard.text)).toEqual([status]);
  expect(read()).toBeLessThan(4 * 1024 * 1024);
});

it('takes a body without a length from who is signed in', async () => {
  const body = JSON.stringify({ heated_area_m2: 1200 });
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const start = head('/api/v1/stations/dongshan-3', 'PATCH').trimEnd();
  const heard = await send(
    `${start}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
  );
  await until(() => statuses(heard.text).length > 0);
  expect(statuses(heard.text)).toEqual([200]);
});
