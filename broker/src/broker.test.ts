import { afterEach, describe, expect, it } from 'vitest';
import type { MqttClient } from 'mqtt';
import { logIn, publishPacket, RawClient, startBroker, until } from './testing.ts';
import type { TestBroker } from './testing.ts';

const open: { clients: (MqttClient | RawClient)[]; brokers: TestBroker[] } = { clients: [], brokers: [] };

async function broker(options: Parameters<typeof startBroker>[0] = {}): Promise<TestBroker> {
  const started = await startBroker(options);
  open.brokers.push(started);
  return started;
}

async function raw(
  test: TestBroker,
  id: string,
  connect: Parameters<typeof RawClient.login>[2] = {},
): Promise<RawClient> {
  const client = await RawClient.login(test.broker.port, id, connect);
  open.clients.push(client);
  return client;
}

async function client(test: TestBroker, id: string): Promise<MqttClient> {
  const connected = await logIn(test.url, id);
  open.clients.push(connected);
  return connected;
}

afterEach(async () => {
  for (const each of open.clients.splice(0)) {
    if (each instanceof RawClient) each.socket.destroy();
    else each.end(true);
  }
  await Promise.all(open.brokers.splice(0).map((each) => each.broker.close()));
});

describe('telemetry', () => {
  it('is acknowledged only after done()', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(publishPacket('heat/v1/s1/telemetry', 'a', 1));
    await until(() => test.telemetry.length === 1);
    station.send({ cmd: 'pingreq' });
    await station.received('pingresp');
    expect(station.of('puback')).toEqual([]);
    expect(test.broker.metrics().waitingMessages).toBe(1);
    test.telemetry[0]!.done();
    expect(await station.received('puback')).toMatchObject([{ messageId: 1 }]);
    expect(test.telemetry).toMatchObject([{ station: 's1', text: 'a' }]);
    expect(test.broker.metrics()).toMatchObject({
      telemetryMessages: 1,
      telemetryBytes: 1,
      waitingMessages: 0,
    });
  });

  it('works with mqtt.js for stations and for gateways with several stations', async () => {
    const test = await broker();
    const station = await client(test, 's1');
    const gateway = await client(test, 'gw');
    await station.publishAsync('heat/v1/s1/telemetry', 'one', { qos: 1 });
    await gateway.publishAsync('heat/v1/g1/telemetry', 'two', { qos: 1 });
    await gateway.publishAsync('heat/v1/g2/telemetry', 'three', { qos: 0 });
    await until(() => test.telemetry.length === 3);
    expect(test.telemetry.map(({ station, text }) => [station, text])).toEqual([
      ['s1', 'one'],
      ['g1', 'two'],
      ['g2', 'three'],
    ]);
    expect(test.sessions).toEqual([
      ['s1', true],
      ['g1', true],
      ['g2', true],
    ]);
  });
});
