/** TLS on both ports of a real center: versions, certificates of stations, renewal while running, half-open handshakes. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { makeAuthority, type Authority } from '../support/certificates.ts';
import { heat } from '../support/cli.ts';
import {
  ADMIN_TOKEN,
  newDataDir,
  removeDataDir,
  startCenter,
  type CenterProcess,
} from '../support/center.ts';
import { startCity } from '../support/supervisor.ts';

let authority: Authority;
let stranger: Authority;
let dir: string;
let center: CenterProcess;
let ca: Buffer;
const secrets = new Map<string, string>();

beforeAll(async () => {
  authority = makeAuthority();
  stranger = makeAuthority();
  ca = readFileSync(authority.ca);
  const { cert, key } = authority.server();
  dir = await newDataDir();
  center = await startCenter({
    dir,
    env: {
      HEAT_CENTER_HTTP_TLS_CERT: cert,
      HEAT_CENTER_HTTP_TLS_KEY: key,
      HEAT_CENTER_MQTT_TLS_CERT: cert,
      HEAT_CENTER_MQTT_TLS_KEY: key,
      HEAT_CENTER_MQTT_TLS_CA: authority.ca,
    },
  });
  for (const id of ['with-secret', 'with-certificate']) {
    const answer = await ask('POST', '/api/v1/stations', { id });
    secrets.set(id, (JSON.parse(answer.body) as { mqtt: { password: string } }).mqtt.password);
  }
});
afterAll(async () => {
  await center.kill();
  await removeDataDir(dir);
  authority.remove();
  stranger.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(method: string, path: string, body?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const auth = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    const asked = request(center.url + path, { method, ca, headers: auth }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
      );
    });
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const mqttPort = (): number => Number(new URL(center.mqttUrl).port);
const httpPort = (): number => Number(new URL(center.url).port);

async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca, ...options });
  await Promise.race([
    once(socket, 'secureConnect'),
    once(socket, 'error').then(([error]: unknown[]) => Promise.reject(error as Error)),
  ]);
  return socket;
}

function station(id: string, more: mqtt.IClientOptions = {}): Promise<MqttClient> {
  return mqtt.connectAsync(center.mqttUrl, {
    ca,
    clientId: id,
    reconnectPeriod: 0,
    connectTimeout: 5000,
    ...more,
  });
}

/** A connection that begins a handshake and never goes on, to one port or the other. */
function halfOpen(n: number): Socket {
  const socket = connectPlain({ host: '127.0.0.1', port: n % 2 ? httpPort() : mqttPort() });
  socket.on('error', () => undefined);
  socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
  return socket;
}

/** Memory that the center holds, MiB. */
function residentMib(): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${center.pid}/status`, 'utf8'))?.[1];
  return Number(found) / 1024;
}

const withCertificate = (id: string, from: Authority = authority): mqtt.IClientOptions => {
  const { cert, key } = from.client(id);
  return { cert: readFileSync(cert), key: readFileSync(key) };
};

describe('both ports', () => {
  it.each([
    ['TLSv1.3', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.2'],
  ] as const)('speak %s', async (version, name) => {
    for (const port of [httpPort(), mqttPort()]) {
      const socket = await handshake(port, { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(name);
      socket.destroy();
    }
  });

  it.each(['TLSv1.1', 'TLSv1'] as const)('refuse %s', async (version) => {
    for (const port of [httpPort(), mqttPort()]) {
      const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      await expect(handshake(port, old)).rejects.toMatchObject({
        code: expect.stringMatching(/PROTOCOL|ECONNRESET/) as string,
      });
    }
  });

  it('say nothing in plain', async () => {
    for (const port of [httpPort(), mqttPort()]) {
      const socket = connectPlain({ host: '127.0.0.1', port });
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await once(socket, 'close');
      expect(heard).not.toContain('HTTP/1.1 200');
    }
  });

  it('end a thousand handshakes that do not go on, which cost little and harm nobody', async () => {
    // Once before, so that what is measured is the handshakes and not the first use of everything.
    const first = Array.from({ length: 1000 }, (_, n) => halfOpen(n));
    await sleep(1500);
    for (const socket of first) socket.destroy();
    await sleep(500);
    const before_mib = residentMib();
    const began = performance.now();
    const ended = Array.from({ length: 1000 }, (_, n) => once(halfOpen(n), 'close'));
    const username = 'with-secret';
    const client = await station(username, { username, password: secrets.get(username) ?? '' });
    await client.publishAsync('heat/v1/with-secret/telemetry', '{"v":1,"at":1795305600000,"outdoor_c":-3}', {
      qos: 1,
    });
    expect(client.connected).toBe(true);
    await client.endAsync();
    const held_mib = residentMib() - before_mib;
    await Promise.all(ended);
    expect(held_mib).toBeLessThan(64);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('HTTPS', () => {
  it('serves the API, the feed and cookies that never travel in plain', async () => {
    expect(center.url).toMatch(/^https:/);
    expect((await ask('GET', '/api/v1/stations')).status).toBe(200);
    const { url } = JSON.parse((await ask('POST', '/api/v1/session/link')).body) as { url: string };
    expect(url).toMatch(/^https:/);
    const token = new URL(url).hash.replace('#login=', '');
    const login = await ask('POST', '/api/v1/session', { token });
    expect(String(login.headers['set-cookie'])).toMatch(/; Secure/);
    const socket = new WebSocket(`${center.url.replace('https:', 'wss:')}/api/v1/live`, {
      ca,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({ type: 'snapshot' });
    socket.terminate();
  });

  it('is spoken by the command line, which trusts the certificate that the center was given', async () => {
    const { code, out } = await heat(dir, ['status']);
    expect(code).toBe(0);
    expect(out).toContain('stations   2');
  });
});

describe('MQTT over TLS', () => {
  it('takes user name and password', async () => {
    const client = await station('with-secret', {
      username: 'with-secret',
      password: secrets.get('with-secret') ?? '',
    });
    expect(client.connected).toBe(true);
    await client.endAsync();
  });

  it('takes a certificate for a login, bound to the client id', async () => {
    const own = withCertificate('with-certificate');
    const client = await station('with-certificate', own);
    await client.publishAsync(
      'heat/v1/with-certificate/telemetry',
      '{"v":1,"at":1795305600000,"outdoor_c":-3}',
      { qos: 1 },
    );
    await client.endAsync();
    await expect(station('with-secret', own)).rejects.toThrow(/Identifier rejected/i);
    await expect(station('with-secret', { ...own, username: 'with-secret' })).rejects.toThrow(
      /bad username or password|not authorized/i,
    );
    // Nor does a password help whoever shows another's certificate.
    const mixed = { ...own, username: 'with-secret', password: secrets.get('with-secret') ?? '' };
    await expect(station('with-secret', mixed)).rejects.toThrow(/bad username or password|not authorized/i);
  });

  it('refuses certificates of strangers, and of stations that are not registered', async () => {
    const foreign = withCertificate('with-certificate', stranger);
    const client = mqtt.connect(center.mqttUrl, {
      ca,
      clientId: 'with-certificate',
      reconnectPeriod: 0,
      ...foreign,
    });
    const heard: string[] = [];
    client.on('connect', () => heard.push('connect'));
    client.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      client.once('close', () => resolve());
    });
    expect(heard).toEqual([]);
    client.end(true);
    await expect(station('nobody', withCertificate('nobody'))).rejects.toThrow(/bad username or password/i);
  });

  it('tells the audit log of refused logins', async () => {
    await expect
      .poll(async () => (await ask('GET', '/api/v1/audit?action=login_refused&by=nobody')).body)
      .toContain('mqtt');
  });
});

describe('a renewed certificate', () => {
  it('is shown without a restart, and open connections stay', async () => {
    const fingerprint = async (port: number): Promise<string> => {
      const socket = await handshake(port);
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const before = await fingerprint(mqttPort());
    const client = await station('with-secret', {
      username: 'with-secret',
      password: secrets.get('with-secret') ?? '',
    });
    authority.server();
    for (const port of [mqttPort(), httpPort()]) {
      await expect.poll(() => fingerprint(port), { timeout: 10_000, interval: 300 }).not.toBe(before);
    }
    expect(client.connected).toBe(true);
    await client.endAsync();
    expect((await heat(dir, ['status'])).code).toBe(0);
  });
});

describe('the simulated city', () => {
  it('registers and speaks over TLS when it is told the authority', async () => {
    const { cert, key } = authority.server();
    const city = await startCity(1, {
      HEAT_CENTER_HTTP_TLS_CERT: cert,
      HEAT_CENTER_HTTP_TLS_KEY: key,
      HEAT_CENTER_MQTT_TLS_CERT: cert,
      HEAT_CENTER_MQTT_TLS_KEY: key,
      NODE_EXTRA_CA_CERTS: authority.ca,
    });
    try {
      expect(city.url).toMatch(/^https:/);
      await expect
        .poll(async () => (await heat(city.dir, ['station', 'list'])).out, {
          timeout: 60_000,
          interval: 1000,
        })
        .toMatch(/ good +remote +on /);
    } finally {
      expect(await city.stop()).toBe(0);
      await removeDataDir(city.dir);
    }
  });
});
