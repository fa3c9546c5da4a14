/** The TLS listeners of the shipped Mosquitto configuration: the center comes by one, stations by secret or certificate. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { topicOf } from '@heat-center/contract/topics.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  inbox,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import { makeAuthority, type Authority } from '../support/certificates.ts';
import { mosquittoFolder, mosquittoIsMissing, type MosquittoFolder } from '../support/mosquitto.ts';

if (mosquittoIsMissing) console.warn('SKIPPED: mosquitto is not on the path (apt-get install mosquitto).');

const WAIT = { timeout: 15_000 };
const boot = 'feedbeef00000003';

describe.skipIf(mosquittoIsMissing)('Mosquitto with TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let mosquitto: MosquittoFolder;
  let center: CenterProcess;
  let ca: Buffer;
  const clients: MqttClient[] = [];

  async function isReady(): Promise<boolean> {
    return (await center.ask('GET', '/health/ready')).status === 200;
  }

  beforeAll(async () => {
    authority = makeAuthority();
    stranger = makeAuthority();
    ca = readFileSync(authority.ca);
    mosquitto = await mosquittoFolder({ tls: { ca: authority.ca, ...authority.server() } });
    center = await startCenter({
      env: {
        ...mosquitto.centerEnv,
        HEAT_CENTER_MQTT_URL: `mqtts://localhost:${mosquitto.tlsPorts.secret}`,
        NODE_EXTRA_CA_CERTS: authority.ca,
      },
    });
    await mosquitto.start('mosquitto');
    while (!(await isReady())) await sleep(50);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await center.stop();
    await mosquitto.end('SIGTERM');
    await removeDataDir(center.dir);
    await mosquitto.remove();
    authority.remove();
    stranger.remove();
  });

  async function come(port: number, options: IClientOptions): Promise<MqttClient> {
    const url = `mqtts://localhost:${port}`;
    const client = await mqtt.connectAsync(
      url,
      { ca, reconnectPeriod: 0, connectTimeout: 5000, ...options },
      false,
    );
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  const bySecret = ({ username, password }: Login, more: IClientOptions = {}): Promise<MqttClient> =>
    come(mosquitto.tlsPorts.secret, { clientId: username, username, password, ...more });

  function byCertificate(name: string, from: Authority, more: IClientOptions = {}): Promise<MqttClient> {
    const { cert, key } = from.client(name);
    const pair = { cert: readFileSync(cert), key: readFileSync(key) };
    return come(mosquitto.tlsPorts.certificate, { clientId: name, ...pair, ...more });
  }

  /** Mosquitto reads the logins again a moment after the center wrote them. */
  async function soon(login: Login): Promise<MqttClient> {
    let client: MqttClient | undefined;
    await expect
      .poll(async () => {
        client = await bySecret(login).catch(() => undefined);
        return client?.connected;
      }, WAIT)
      .toBe(true);
    if (!client) throw new Error('not connected');
    return client;
  }

  async function receiptFor(client: MqttClient, id: string, seq: number): Promise<unknown> {
    const box = inbox(client);
    await client.subscribeAsync(topicOf(id, 'receipt'), { qos: 1 });
    const sample = { v: 1, boot, seq, at: Date.now(), outdoor_c: -3 };
    await client.publishAsync(topicOf(id, 'telemetry'), JSON.stringify(sample), { qos: 1 });
    return (await box.next(({ body }) => body.seq === seq)).body;
  }

  it('carries telemetry and receipts for a station with a secret, whose client id nobody takes over', async () => {
    const [one, two] = [await register(center, { id: 'by-secret' }), await register(center, { id: 'thief' })];
    const client = await soon(one);
    const thief = await soon(two);
    await thief.endAsync();
    await bySecret(two, { clientId: 'by-secret' });
    expect(await receiptFor(client, 'by-secret', 1)).toEqual({ v: 1, boot, seq: 1 });
    await expect(bySecret({ username: 'by-secret', password: two.password })).rejects.toThrow(
      /[Nn]ot authorized/,
    );
  });

  it('takes who shows a certificate for the station that it names, whatever else it says', async () => {
    await register(center, { id: 'by-certificate' });
    await register(center, { id: 'another' });
    const client = await byCertificate('by-certificate', authority, {
      clientId: 'another',
      username: 'another',
      password: 'x',
    });
    expect(await receiptFor(client, 'by-certificate', 1)).toEqual({ v: 1, boot, seq: 1 });
    await client.publishAsync(
      topicOf('another', 'telemetry'),
      JSON.stringify({ v: 1, at: Date.now(), outdoor_c: 1 }),
      {
        qos: 1,
      },
    );
    await receiptFor(client, 'by-certificate', 2);
    const { points } = await center.call<{ points: object }>('GET', '/api/v1/stations/another');
    expect(points).toEqual({});
  });

  it('lets nobody in by the certificate of another authority, or by none', async () => {
    const login = await register(center, { id: 'with-neither' });
    await soon(login);
    await expect(byCertificate('with-neither', stranger)).rejects.toThrow(/alert|ECONNRESET|closed/);
    const { username, password } = login;
    await expect(
      come(mosquitto.tlsPorts.certificate, { clientId: username, username, password }),
    ).rejects.toThrow(/alert|ECONNRESET|closed/);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    const version = (port: number, options: ConnectionOptions): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectTls({ host: 'localhost', port, ca, ...options });
        socket.once('secureConnect', () => {
          resolve(socket.getProtocol() ?? '');
          socket.destroy();
        });
        socket.once('error', () => resolve('refused'));
      });
    const { secret } = mosquitto.tlsPorts;
    expect(await version(secret, { maxVersion: 'TLSv1.3' })).toBe('TLSv1.3');
    expect(await version(secret, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await version(secret, old)).toBe('refused');
  });

  it('has the center back after Mosquitto was away', async () => {
    await mosquitto.end('SIGKILL');
    await expect.poll(isReady, WAIT).toBe(false);
    await mosquitto.start('mosquitto');
    await expect.poll(isReady, WAIT).toBe(true);
  });

  it('is not trusted by a center that does not know the authority, which says so', async () => {
    const url = `mqtts://localhost:${mosquitto.tlsPorts.secret}`;
    const other = await startCenter({ env: { HEAT_CENTER_MQTT_URL: url, HEAT_CENTER_MQTT_PASSWORD: 'x' } });
    try {
      await expect.poll(() => other.log(), WAIT).toMatch(/self.signed certificate|unable to verify/);
      expect(await other.ask('GET', '/health/ready')).toMatchObject({
        status: 503,
        body: { why: [expect.stringContaining('MQTT broker') as string] },
      });
    } finally {
      await other.stop();
      await removeDataDir(other.dir);
    }
  });
});
