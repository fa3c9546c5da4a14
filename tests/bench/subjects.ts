/** What the pipeline bench puts its load on: ours whole, the bare ceiling, and the obvious alternative. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlled, startCenter } from '../support/center.ts';
import { findInfluxd, startInfluxd } from '../support/influxd.ts';
import type { LoadSpec } from './load.ts';
import { script } from './run-load.ts';

export interface Subject {
  readonly pids: readonly number[];
  readonly target: Pick<LoadSpec, 'host' | 'port' | 'logins'>;
  stop(): Promise<void>;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `bench-${n}`);

interface Ready {
  readonly port?: number;
  readonly feedPort?: number;
}

function ready(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** The controller as it is shipped, with history. `control` on: setpoints are computed and sent. */
export async function wholeCenter(stations: number): Promise<Subject & { url: string; pid: number }> {
  const center = await startCenter({ env: { HEAT_CENTER_LOG_LEVEL: 'warn' } });
  const logins = [];
  for (const id of names(stations)) {
    const body = controlled(id, { every_s: { default: 1, meter: 1 } });
    logins.push(
      (await center.call<{ mqtt: { username: string; password: string } }>('POST', '/api/v1/stations', body))
        .mqtt,
    );
  }
  const { hostname, port } = new URL(center.mqttUrl);
  return {
    url: center.url,
    pid: center.pid,
    pids: [center.pid],
    target: { host: hostname, port: Number(port), logins },
    async stop() {
      await center.stop();
      rmSync(center.dir, { recursive: true, force: true });
    },
  };
}

/** `command`: one for each message; `feed`: a WebSocket that tells when messages were measured. */
export async function bare(
  stations: number,
  mode: 'silent' | 'command' | 'feed',
): Promise<Subject & { feedUrl: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'heat-bare-'));
  const child = fork(script('bare.ts'), [dir, mode]);
  const { port = 0, feedPort = 0 } = await ready(child);
  return {
    feedUrl: `ws://127.0.0.1:${feedPort}`,
    pids: [child.pid ?? 0],
    target: {
      host: '127.0.0.1',
      port,
      logins: names(stations).map((username) => ({ username, password: 'any' })),
    },
    async stop() {
      await ended(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) => existsSync(path));

async function whenListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`nothing listens on ${port}`);
}

/** mqtt.js, Mosquitto with raised limits and InfluxDB; undefined where one of them is missing. */
export async function plainScript(stations: number): Promise<Subject | undefined> {
  if (MOSQUITTO === undefined || findInfluxd() === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'heat-plain-'));
  const port = 20_000 + (process.pid % 20_000);
  const conf = join(dir, 'mosquitto.conf');
  writeFileSync(
    conf,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\nlog_dest none\n`,
  );
  const mosquitto = spawn(MOSQUITTO, ['-c', conf], { stdio: 'ignore' });
  await whenListening(port);
  const influxd = await startInfluxd();
  const child = fork(script('plain.ts'), [`mqtt://127.0.0.1:${port}`, influxd.url, influxd.token]);
  await ready(child);
  return {
    pids: [child.pid ?? 0, mosquitto.pid ?? 0, influxd.pid],
    target: {
      host: '127.0.0.1',
      port,
      logins: names(stations).map((username) => ({ username, password: 'any' })),
    },
    async stop() {
      await ended(child);
      await ended(mosquitto);
      await influxd.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
