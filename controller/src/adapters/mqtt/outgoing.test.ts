/** What leaves through mqtt.js, tried on our own broker as the external one. */
import { createBroker, type Broker } from '@heat-center/broker/broker.ts';
import type { Identity } from '@heat-center/contract/topics.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutgoing, type Outgoing } from './outgoing.ts';

const TOPIC = 'heat/v1/s1/command';
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let broker: Broker;
let client: MqttClient;
let outgoing: Outgoing;

function startBroker(port: number): Promise<Broker> {
  return createBroker({
    host: '127.0.0.1',
    port,
    splitter: false,
    log: silent,
    handlers: {
      authenticate: (id): Identity =>
        id === 's1' ? { id, kind: 'station', stations: ['s1'] } : { id, kind: 'center', stations: [] },
      onTelemetry: (_station, _bytes, done) => done(),
      onMessage: (_message, done) => done(),
      onRefusedTelemetry: () => {},
      onSession: () => {},
      onSubscribed: () => {},
    },
  });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

beforeEach(async () => {
  broker = await startBroker(0);
  client = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: 'heat-center',
    username: 'heat-center',
    password: 'x',
    clean: false,
    reconnectPeriod: 500,
  });
  client.on('error', () => {});
  outgoing = createOutgoing(client, 3);
});
afterEach(async () => {
  await client.endAsync(true);
  await broker.close();
});

const connected = (): Promise<void> => new Promise((resolve) => client.once('connect', () => resolve()));

async function listen(): Promise<{ station: MqttClient; heard: string[] }> {
  const heard: string[] = [];
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const station = await mqtt.connectAsync(url, {
    clientId: 's1',
    username: 's1',
    password: 'x',
    reconnectPeriod: 0,
  });
  station.on('message', (_topic, payload) => heard.push(payload.toString()));
  await station.subscribeAsync(TOPIC, { qos: 1 });
  return { station, heard };
}

describe('publishing', () => {
  it('is refused before the connection stands', async () => {
    expect(outgoing.publish(TOPIC, bytes('early'))).toBe(false);
    await connected();
    const { station, heard } = await listen();
    expect(outgoing.publish(TOPIC, bytes('now'))).toBe(true);
    await expect.poll(() => heard).toEqual(['now']);
    await station.endAsync();
  });

  it('stops at the bound and goes on when the broker acknowledged', async () => {
    await connected();
    const taken = ['1', '2', '3', '4'].map((text) => outgoing.publish(TOPIC, bytes(text)));
    expect(taken).toEqual([true, true, true, false]);
    await expect.poll(() => outgoing.figures()).toEqual({ published: 3, dropped: 1, in_flight: 0 });
    expect(outgoing.publish(TOPIC, bytes('5'))).toBe(true);
  });

  it('keeps nothing over a lost connection: no old command comes after it', async () => {
    await connected();
    const { port } = broker;
    for (const text of ['old 1', 'old 2', 'old 3']) outgoing.publish(TOPIC, bytes(text));
    const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)));
    client.stream.destroy();
    await closed;
    const again = connected();
    await broker.close();
    expect(outgoing.publish(TOPIC, bytes('away'))).toBe(false);
    expect(outgoing.figures().in_flight).toBe(0);
    broker = await startBroker(port);
    const { station, heard } = await listen();
    await again;
    expect(outgoing.publish(TOPIC, bytes('new'))).toBe(true);
    await expect.poll(() => heard).toEqual(['new']);
    await station.endAsync();
  });
});
