/** The proxy on which torture scenarios rely does to a link what it says. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** A server that gives everything back. */
let server: Server;
let atServer: Socket[] = [];
let proxy: TcpProxy;
let clients: Socket[] = [];
beforeEach(async () => {
  atServer = [];
  clients = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    atServer.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await startTcpProxy({ target: typeof address === 'object' && address ? address.port : 0 });
});
afterEach(async () => {
  for (const socket of [...clients, ...atServer]) socket.destroy();
  await proxy.close();
  server.close();
});

interface Client {
  readonly socket: Socket;
  readonly got: () => string;
  readonly error: () => string | undefined;
}

async function client(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  let got = '';
  let error: string | undefined;
  socket.on('data', (chunk: Buffer) => {
    got += chunk.toString();
  });
  socket.on('error', (reason: NodeJS.ErrnoException) => {
    error = reason.code;
  });
  await once(socket, 'connect');
  return { socket, got: () => got, error: () => error };
}

describe('the TCP proxy', () => {
  it('passes bytes and the end of a stream on, in order', async () => {
    const { socket, got } = await client();
    const sent = Array.from({ length: 20_000 }, (_, n) => `${n},`).join('');
    socket.write(sent);
    await expect.poll(() => got().length).toBe(sent.length);
    expect(got()).toBe(sent);
    const ended = new Promise((resolve) => atServer[0]?.once('end', () => resolve(true)));
    socket.end();
    expect(await ended).toBe(true);
  });

  it('delays each way without losing throughput', async () => {
    proxy.set({ delay_ms: 60 });
    const { socket, got } = await client();
    const began = performance.now();
    for (let n = 0; n < 100; n += 1) socket.write('x'.repeat(1000));
    await expect.poll(() => got().length, { interval: 2 }).toBe(100_000);
    const took_ms = performance.now() - began;
    expect(took_ms).toBeGreaterThanOrEqual(119);
    // One way after the other would be 100 × 120 ms.
    expect(took_ms).toBeLessThan(5000);
  });

  it('keeps to a rate', async () => {
    proxy.set({ bytes_per_s: 100_000 }, ['up']);
    const { socket, got } = await client();
    const began = performance.now();
    for (let n = 0; n < 30; n += 1) {
      socket.write('x'.repeat(1000));
      await sleep(1);
    }
    await expect.poll(() => got().length, { interval: 2 }).toBe(30_000);
    expect(performance.now() - began).toBeGreaterThan(280);
  });

  it('holds everything in a pause and delivers it afterwards', async () => {
    const { socket, got, error } = await client();
    proxy.set({ paused: true });
    socket.write('later');
    await sleep(80);
    expect(got()).toBe('');
    proxy.set({ paused: false });
    await expect.poll(got).toBe('later');
    expect(error()).toBeUndefined();
  });

  it('swallows in a hole and resets afterwards what lost bytes', async () => {
    const broken = await client();
    const whole = await client();
    await expect.poll(() => atServer.length).toBe(2);
    proxy.set({ hole: true });
    broken.socket.write('gone');
    await sleep(80);
    expect([broken.got(), broken.error()]).toEqual(['', undefined]);
    proxy.set({ hole: false });
    await expect.poll(broken.error).toBe('ECONNRESET');
    whole.socket.write('here');
    await expect.poll(whole.got).toBe('here');
  });

  it('resets all, by chance, and who comes while it refuses', async () => {
    const all = await client();
    await expect.poll(() => atServer.length).toBe(1);
    expect(proxy.reset()).toBe(1);
    await expect.poll(all.error).toBe('ECONNRESET');
    proxy.set({ reset_share: 1.1 });
    const unlucky = await client();
    unlucky.socket.write('x');
    await expect.poll(unlucky.error).toBe('ECONNRESET');
    proxy.refuse(true);
    await expect(client()).rejects.toThrow('ECONNRESET');
    await expect.poll(() => proxy.open).toBe(0);
  });

  it('closes one half, and the other goes on', async () => {
    const { socket, got, error } = await client();
    socket.write('both');
    await expect.poll(got).toBe('both');
    const ended = new Promise((resolve) => socket.once('end', () => resolve(true)));
    proxy.halfClose('down');
    expect(await ended).toBe(true);
    const heard = new Promise((resolve) =>
      atServer[0]?.on('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    socket.write('up');
    expect(await heard).toBe('up');
    expect(got()).toBe('both');
    expect(error()).toBeUndefined();
  });
});
