import { describe, expect, it } from 'vitest';
import { brokerFixture, publishPacket, subscribePacket, until } from './testing.ts';

const { broker, raw, client } = brokerFixture();

describe('readers', () => {
  it('see telemetry after done(), and everything that the center sends', async () => {
    const test = await broker();
    test.settleAtOnce = false;
    const station = await raw(test, 's1');
    station.send(subscribePacket(['heat/v1/s1/command', 'heat/v1/s1/receipt']));
    await station.received('suback');
    const reader = await client(test, 'eye');
    const seen: string[] = [];
    reader.on('message', (topic, payload) =>
      seen.push(`${topic.slice('heat/v1/'.length)} ${payload.toString()}`),
    );
    await reader.subscribeAsync('heat/v1/#', { qos: 1 });
    station.send(publishPacket('heat/v1/s1/telemetry', 'sample', 1));
    await until(() => test.telemetry.length === 1);
    test.broker.heartbeat(Buffer.from('tick'));
    await until(() => seen.length === 1);
    expect(seen).toEqual(['center/heartbeat tick']);
    test.telemetry[0]!.done();
    test.broker.send('s1', 'command', Buffer.from('c'));
    test.broker.send('s1', 'receipt', Buffer.from('r'));
    test.broker.send('s2', 'command', Buffer.from('sent to nobody'));
    await until(() => seen.length === 4);
    expect(seen.slice(1)).toEqual(['s1/telemetry sample', 's1/command c', 's1/receipt r']);
  });

  it('cost nothing while nobody reads', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    station.send(publishPacket('heat/v1/s1/telemetry', 'a', 1));
    await station.received('puback');
    const reader = await raw(test, 'eye');
    reader.send(subscribePacket(['heat/v1/s1/telemetry']));
    await reader.received('suback');
    expect(test.broker.metrics()).toMatchObject({ readers: 1, readerCopies: 0 });
    reader.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['heat/v1/s1/telemetry'] });
    await reader.received('unsuback');
    await until(() => test.broker.metrics().readers === 0);
    station.send(publishPacket('heat/v1/s1/telemetry', 'b', 2));
    await station.received('puback', 2);
    expect(test.broker.metrics()).toMatchObject({ readers: 0, readerCopies: 0 });
  });

  it('get the last status of each station at once, and a will', async () => {
    const test = await broker();
    const status = { cmd: 'publish', topic: 'heat/v1/s1/status', qos: 1, retain: true, dup: false } as const;
    const will = {
      topic: 'heat/v1/s1/status',
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    } as const;
    const station = await raw(test, 's1', { will });
    station.send({ ...status, payload: 'online', messageId: 1 });
    await station.received('puback');
    const reader = await raw(test, 'eye');
    reader.send(subscribePacket(['heat/v1/#']));
    expect(await reader.received('publish')).toMatchObject([{ topic: status.topic, retain: true, qos: 1 }]);
    station.socket.destroy();
    const [, last] = await reader.received('publish', 2);
    expect(last?.payload.toString()).toBe('offline');
  });

  it('miss nothing when retained and plain messages and QoS 0 mix', async () => {
    const test = await broker({ limits: { readerCopies: 10_000 } });
    const reader = await client(test, 'eye');
    let seen = 0;
    reader.on('message', () => {
      seen += 1;
    });
    await reader.subscribeAsync('heat/v1/#', { qos: 1 });
    const station = await client(test, 's1');
    const sent: Promise<unknown>[] = [];
    for (let message = 0; message < 1000; message += 1) {
      sent.push(station.publishAsync('heat/v1/s1/telemetry', 't', { qos: message % 3 === 0 ? 0 : 1 }));
      sent.push(station.publishAsync('heat/v1/s1/status', 's', { qos: 1, retain: true }));
      sent.push(station.publishAsync('heat/v1/s1/report', 'r', { qos: 1 }));
    }
    await Promise.all(sent);
    await until(() => seen === 3000);
    expect(test.broker.metrics()).toMatchObject({ readerCopies: 3000, droppedReaderCopies: 0 });
  });

  it('that take nothing are closed when the room for copies is used up, and the others go on', async () => {
    let time = 0;
    const test = await broker({ now: () => time, limits: { readerCopies: 200, stalledMs: 1e9 } });
    const frozen = await raw(test, 'eye');
    frozen.send(subscribePacket(['heat/v1/#'], 0));
    await frozen.received('suback');
    frozen.socket.pause();
    const station = await raw(test, 's1');
    const payload = Buffer.alloc(60 * 1024);
    for (let sent = 1; test.broker.metrics().connections.reader === 1; sent += 1) {
      time += 20;
      station.send(publishPacket('heat/v1/s1/telemetry', payload, (sent % 60_000) + 1));
      await station.received('puback', sent);
    }
    expect(test.broker.metrics()).toMatchObject({ closes: { not_reading: 1 }, readerBytes: 0 });
  });

  it('that acknowledge no copy are closed, those that do are not', async () => {
    let time = 0;
    const test = await broker({ now: () => time });
    const mute = await raw(test, 'eye');
    mute.send(subscribePacket(['heat/v1/#']));
    await mute.received('suback');
    const station = await raw(test, 's1');
    const say = async (message: number): Promise<void> => {
      station.send(publishPacket('heat/v1/s1/telemetry', 't', message));
      await station.received('puback', message);
      await mute.received('publish', message);
    };
    await say(1);
    const [first] = mute.of('publish');
    mute.send({ cmd: 'puback', messageId: first?.messageId ?? 0 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    time += 900;
    await say(2);
    time += 900;
    await say(3);
    expect(mute.closed).toBe(false);
    for (let step = 0; step < 20 && !mute.closed; step += 1) {
      time += 300;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    expect(test.broker.metrics().closes).toEqual({ not_acknowledging: 1 });
  });

  it('that freeze hold up no station and are closed', async () => {
    const test = await broker({ limits: { stalledMs: 200, readerCopies: 50 } });
    const reader = await raw(test, 'eye');
    reader.send(subscribePacket(['heat/v1/#'], 0));
    await reader.received('suback');
    reader.socket.pause();
    const station = await raw(test, 's1');
    const payload = Buffer.alloc(60 * 1024);
    let sent = 0;
    while (test.broker.metrics().connections.reader === 1) {
      sent += 1;
      station.send(publishPacket('heat/v1/s1/telemetry', payload, (sent % 60_000) + 1));
      await station.received('puback', sent);
    }
    expect(test.telemetry.length).toBe(sent);
    expect(test.broker.metrics().closes.not_reading).toBe(1);
  });

  it('are forgotten also when one filter ends the connection and the next would be granted', async () => {
    const test = await broker();
    const reader = await raw(test, 'eye');
    reader.send(subscribePacket(['a/'.repeat(150), 'heat/v1/#']));
    await reader.ended();
    await until(() => test.broker.metrics().connections.reader === 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(test.broker.metrics().readers).toBe(0);
  });
});
