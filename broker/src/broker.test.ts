import { describe, expect, it } from 'vitest';
import { generate } from 'mqtt-packet';
import { brokerFixture, connectPacket, publishPacket, RawClient, subscribePacket, until } from './testing.ts';

const { broker, raw, client } = brokerFixture();
const TELEMETRY = 'heat/v1/s1/telemetry';

describe('telemetry', () => {
  it('is acknowledged only after done()', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(publishPacket(TELEMETRY, 'a', 1));
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
    await station.publishAsync(TELEMETRY, 'one', { qos: 1 });
    await gateway.publishAsync('heat/v1/g1/telemetry', 'two', { qos: 1 });
    await gateway.publishAsync('heat/v1/g2/telemetry', 'three', { qos: 0 });
    await until(() => test.telemetry.length === 3);
    expect(test.telemetry.map((taken) => [taken.station, taken.text])).toEqual([
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

  it('is acknowledged in the order of arrival, refused messages too', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    const messages = [1, 2, 3].map((id) => publishPacket(TELEMETRY, `m${id}`, id));
    station.send(...messages, publishPacket('heat/v1/s2/telemetry', 'foreign', 4));
    await until(() => test.telemetry.length === 3 && test.refused.length === 1);
    for (const { done } of test.telemetry.toReversed()) done();
    const acknowledged = await station.received('puback', 4);
    expect(acknowledged.map(({ messageId }) => messageId)).toEqual([1, 2, 3, 4]);
    expect(test.refused).toEqual([['s1', 'wrong_station']]);
  });

  it('answers PUBACK and the command that follows it in one write', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(subscribePacket(['heat/v1/s1/command', 'heat/v1/s1/receipt']));
    await station.received('suback');
    station.send(publishPacket(TELEMETRY, 'a', 1), publishPacket(TELEMETRY, 'b', 2));
    await until(() => test.telemetry.length === 2);
    const readsBefore = station.chunks.length;
    for (const { done } of test.telemetry) done();
    test.broker.send('s1', 'command', Buffer.from('warmer'));
    test.broker.send('s1', 'receipt', Buffer.from('upto'));
    await station.received('publish', 2);
    expect(station.chunks.length - readsBefore).toBe(1);
    expect(station.packets.slice(-4).map(({ cmd }) => cmd)).toEqual([
      'puback',
      'puback',
      'publish',
      'publish',
    ]);
  });

  it('arrives whole when the client sends byte by byte', async () => {
    const test = await broker();
    const station = await RawClient.open(test.broker.port);
    const drip = async (bytes: Buffer): Promise<void> => {
      for (const byte of bytes) {
        await new Promise((resolve) => station.socket.write(Buffer.from([byte]), resolve));
      }
    };
    await drip(generate(connectPacket('s1')));
    await station.received('connack');
    await drip(generate(publishPacket(TELEMETRY, 'x'.repeat(150), 3)));
    await drip(generate(subscribePacket(['heat/v1/s1/command'])));
    expect(await station.received('puback')).toMatchObject([{ messageId: 3 }]);
    expect(await station.received('suback')).toMatchObject([{ granted: [1] }]);
    expect(test.telemetry.map(({ text }) => text)).toEqual(['x'.repeat(150)]);
    station.socket.destroy();
  });

  it('may follow CONNECT without waiting for CONNACK', async () => {
    const test = await broker();
    const station = await RawClient.open(test.broker.port);
    station.send(
      connectPacket('s1'),
      subscribePacket(['heat/v1/s1/command']),
      publishPacket(TELEMETRY, 'a', 1),
    );
    await station.received('puback');
    expect(station.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'suback', 'puback']);
    station.socket.destroy();
  });

  it('waits in the sender when the center does not keep up, on one connection and over all', async () => {
    const test = await broker({ limits: { waitingPerConnection: 4, waitingTotal: 6 } });
    test.settleAtOnce = false;
    const one = await raw(test, 's1');
    const two = await raw(test, 's2');
    const ids = Array.from({ length: 20 }, (_each, index) => index + 1);
    one.send(...ids.map((id) => publishPacket(TELEMETRY, `one ${id}`, id)));
    two.send(...ids.map((id) => publishPacket('heat/v1/s2/telemetry', `two ${id}`, id)));
    await until(() => test.broker.metrics().pausedConnections === 2);
    expect(test.broker.metrics().waitingMessages).toBe(6);
    expect(test.telemetry.length).toBe(6);
    for (let at = 0; at < 40; at += 1) {
      await until(() => test.telemetry.length > at);
      test.telemetry[at]!.done();
    }
    await one.received('puback', 20);
    await two.received('puback', 20);
    const texts = test.telemetry.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('one'))).toEqual(ids.map((id) => `one ${id}`));
    expect(texts.filter((text) => text.startsWith('two'))).toEqual(ids.map((id) => `two ${id}`));
    expect(test.broker.metrics()).toMatchObject({
      waitingMessages: 0,
      waitingBytes: 0,
      pausedConnections: 0,
    });
  });

  it('may be settled after its connection is gone, and twice', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(publishPacket(TELEMETRY, 'a', 1));
    await until(() => test.telemetry.length === 1);
    station.socket.destroy();
    await until(() => test.sessions.length === 2);
    test.telemetry[0]!.done();
    test.telemetry[0]!.done();
    expect(test.broker.metrics()).toMatchObject({ waitingMessages: 0, waitingBytes: 0 });
  });
});

describe('status and report', () => {
  it('are acknowledged after done() like telemetry', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(publishPacket('heat/v1/s1/report', 'r', 1));
    station.send({
      cmd: 'publish',
      topic: 'heat/v1/s1/status',
      payload: 's',
      qos: 1,
      retain: true,
      dup: false,
      messageId: 2,
    });
    await until(() => test.messages.length === 2);
    expect(station.of('puback')).toEqual([]);
    for (const { done } of test.messages) done();
    await station.received('puback', 2);
    expect(test.messages).toMatchObject([
      { station: 's1', channel: 'report', text: 'r', will: false },
      { station: 's1', channel: 'status', text: 's', will: false },
    ]);
  });
});

describe('what the center sends', () => {
  it('goes to whoever is subscribed for the station, with QoS 1 and not retained', async () => {
    const test = await broker();
    const gateway = await raw(test, 'gw');
    const bytes = Buffer.from('{}');
    expect(test.broker.send('g1', 'command', bytes)).toBe(false);
    gateway.send(subscribePacket(['heat/v1/g1/command', 'heat/v1/center/heartbeat']));
    await gateway.received('suback');
    expect(test.subscribed).toEqual([
      ['g1', 'command'],
      ['g1', 'heartbeat'],
      ['g2', 'heartbeat'],
    ]);
    expect(test.broker.send('g1', 'command', bytes)).toBe(true);
    expect(test.broker.send('g2', 'command', bytes)).toBe(false);
    expect(test.broker.send('g1', 'receipt', bytes)).toBe(false);
    test.broker.heartbeat(Buffer.from('tick'));
    const packets = await gateway.received('publish', 2);
    expect(packets.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
      ['heat/v1/g1/command', 1, false],
      ['heat/v1/center/heartbeat', 1, false],
    ]);
    gateway.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['heat/v1/g1/command'] });
    await gateway.received('unsuback');
    expect(test.broker.send('g1', 'command', bytes)).toBe(false);
  });

  it('lets the receipts repeated at a subscription follow the SUBACK', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    station.send(subscribePacket(['heat/v1/s1/receipt']));
    await until(() => test.subscribed.length === 1);
    expect(test.broker.send('s1', 'receipt', Buffer.from('r'))).toBe(true);
    await station.received('publish');
    expect(station.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'suback', 'publish']);
  });

  it('grants QoS 0 to those who ask for it, and never 2', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    station.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [
        { topic: 'heat/v1/s1/command', qos: 0 },
        { topic: 'heat/v1/s1/receipt', qos: 2 },
      ],
    });
    expect(await station.received('suback')).toMatchObject([{ granted: [0, 1] }]);
    test.broker.send('s1', 'command', Buffer.from('c'));
    expect(await station.received('publish')).toMatchObject([{ qos: 0 }]);
  });

  it('keeps at most 64 deliveries open and goes on after a PUBACK', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    station.send(subscribePacket(['heat/v1/s1/command', 'heat/v1/center/heartbeat']));
    await station.received('suback');
    const sent = Array.from({ length: 70 }, (_each, index) =>
      test.broker.send('s1', 'command', Buffer.from([index])),
    );
    expect(sent.filter(Boolean).length).toBe(64);
    test.broker.heartbeat(Buffer.from('old'));
    test.broker.heartbeat(Buffer.from('new'));
    const packets = await station.received('publish', 64);
    station.send({ cmd: 'puback', messageId: packets[0]?.messageId ?? 0 });
    const late = (await station.received('publish', 65))[64]!;
    expect(Buffer.from(late.payload).toString()).toBe('new');
    expect(test.broker.metrics().droppedDeliveries).toEqual({ command: 6, receipt: 0, heartbeat: 1 });
  });

  it('reaches mqtt.js clients, which acknowledge it', async () => {
    const test = await broker({ limits: { unacknowledged: 2 } });
    const station = await client(test, 's1');
    const heard: string[] = [];
    station.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await station.subscribeAsync('heat/v1/center/heartbeat', { qos: 1 });
    for (let tick = 1; tick <= 10; tick += 1) {
      test.broker.heartbeat(Buffer.from(String(tick)));
      await until(() => heard.length === tick);
    }
    expect(heard.at(-1)).toBe('heat/v1/center/heartbeat 10');
  });
});
