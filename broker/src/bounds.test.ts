/** What one client can do to the broker and to the others: sizes, times and nonsense. */
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { brokerFixture, connectPacket, publishPacket, RawClient, subscribePacket, until } from './testing.ts';
import type { TestBroker } from './testing.ts';

const { broker, raw } = brokerFixture();
const TELEMETRY = 'heat/v1/s1/telemetry';

describe('sizes', () => {
  it('ends a connection whose first packet is larger than 4 KiB, as soon as it says so', async () => {
    const test = await broker();
    const socket = await RawClient.open(test.broker.port);
    const large = generate(connectPacket('s1', { will: { topic: 'x', payload: Buffer.alloc(5000) } }));
    socket.socket.write(large.subarray(0, 10));
    await socket.ended();
    expect(test.broker.metrics()).toMatchObject({
      closes: { packet_too_large: 1 },
      refusals: { packet_too_large: 1 },
    });
  });

  it('takes 64 KiB of telemetry, refuses more with a PUBACK, ends the connection above 256 KiB', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    station.send(publishPacket(TELEMETRY, Buffer.alloc(64 * 1024, 'a'), 1));
    station.send(publishPacket(TELEMETRY, Buffer.alloc(64 * 1024 + 1, 'b'), 2));
    station.send(publishPacket('heat/v1/s1/report', Buffer.alloc(250 * 1024, 'c'), 3));
    expect((await station.received('puback', 3)).map(({ messageId }) => messageId)).toEqual([1, 2, 3]);
    expect(test.telemetry.map(({ text }) => text.length)).toEqual([64 * 1024]);
    expect(test.messages).toEqual([]);
    station.socket.write(generate(publishPacket(TELEMETRY, Buffer.alloc(256 * 1024), 4)).subarray(0, 100));
    await station.ended();
    expect(test.refused.map(([, code]) => code)).toEqual([
      'message_too_large',
      'message_too_large',
      'packet_too_large',
    ]);
    expect(test.broker.metrics().refusals).toEqual({ message_too_large: 2, packet_too_large: 1 });
  });
});

describe('nonsense ends the connection, and only that', () => {
  const publish = { topic: TELEMETRY, payload: 'x', dup: false, retain: false } as const;
  it.each([
    ['malformed_packet', generate({ cmd: 'publish', qos: 1, messageId: 1, ...publish }).fill(0x36, 0, 1)],
    ['malformed_packet', Buffer.from([0x62, 3, 0, 1, 0])],
    ['malformed_packet', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['malformed_packet', Buffer.from([0x32, 5, 0, 1, 97, 0, 0])],
    ['malformed_packet', Buffer.from([0x82, 2, 0, 1])],
    ['malformed_packet', Buffer.from([0x82, 6, 0, 0, 0, 1, 97, 1])],
    ['malformed_packet', Buffer.from([0x82, 6, 0, 1, 0, 1, 97, 3])],
    ['malformed_packet', Buffer.from([0x82, 6, 0, 1, 0, 9, 97, 1])],
    ['malformed_packet', Buffer.from([0xa2, 2, 0, 1])],
    ['malformed_packet', Buffer.from([0xa2, 0])],
    ['malformed_packet', Buffer.from([0x40, 3, 0, 1, 0])],
    ['protocol_error', generate(connectPacket('s1'))],
    ['protocol_error', generate({ cmd: 'pubrec', messageId: 1 })],
    ['protocol_error', generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })],
    ['protocol_error', Buffer.from([0x80, 2, 0, 1])],
    ['protocol_error', Buffer.from([0x00, 0])],
    ['protocol_error', Buffer.from([0xf0, 0])],
  ])('%s', async (reason, bytes) => {
    const test = await broker();
    const other = await raw(test, 's2');
    const station = await raw(test, 's1');
    station.socket.write(bytes);
    await station.ended();
    expect(test.broker.metrics().closes).toEqual({ [reason]: 1 });
    expect(test.telemetry).toEqual([]);
    other.send(publishPacket('heat/v1/s2/telemetry', 'well', 1));
    await other.received('puback');
  });

  it('anything but CONNECT first', async () => {
    const test = await broker();
    const socket = await RawClient.open(test.broker.port);
    socket.send({ cmd: 'pingreq' });
    await socket.ended();
    expect(test.broker.metrics().closes).toEqual({ protocol_error: 1 });
  });

  it('a CONNECT that is none', async () => {
    const test = await broker();
    const socket = await RawClient.open(test.broker.port);
    socket.socket.write(Buffer.from([0x10, 4, 0, 9, 1, 2]));
    await socket.ended();
    expect(test.broker.metrics()).toMatchObject({ loginsRefused: 1, pendingLogins: 0 });
  });
});

it.each(['s1', 'gw', 'eye'])('outlives any bytes that %s may send', async (id) => {
  const test = await broker();
  const packetTypes = fc.constantFrom(0x30, 0x31, 0x32, 0x33, 0x3a, 0x40, 0x50, 0x62, 0x82, 0xa2, 0xc0);
  const body = fc.uint8Array({ maxLength: 40 });
  const noise = fc.array(fc.tuple(packetTypes, body), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(noise, async (packets) => {
      const socket = await RawClient.login(test.broker.port, id);
      for (const [first, bytes] of packets) socket.socket.write(Buffer.from([first, bytes.length, ...bytes]));
      socket.socket.end(Buffer.from([0xe0, 0]));
      await socket.ended();
    }),
    { numRuns: 60 },
  );
  const well = await raw(test, 's2');
  well.send(publishPacket('heat/v1/s2/telemetry', 'well', 1));
  await well.received('puback');
  expect(test.broker.metrics()).toMatchObject({ pendingLogins: 0, waitingMessages: 0, readers: 0 });
});

it('takes a repeated message (DUP) like any other: the center tells samples apart', async () => {
  const test = await broker();
  const station = await raw(test, 's1');
  station.send({
    cmd: 'publish',
    topic: TELEMETRY,
    payload: 'again',
    qos: 1,
    dup: true,
    retain: false,
    messageId: 9,
  });
  expect(await station.received('puback')).toMatchObject([{ messageId: 9 }]);
  expect(test.telemetry.length).toBe(1);
});

describe('time', () => {
  /** A broker whose clock is moved by hand. */
  async function clocked(): Promise<{ test: TestBroker; pass: (ms: number) => void }> {
    let time = 0;
    const test = await broker({ now: () => time, limits: { unacknowledged: 1 } });
    return {
      test,
      pass: (ms) => {
        time += ms;
      },
    };
  }

  it('ends a connection after one and a half keepalive without a packet, and never a busy one', async () => {
    const { test, pass } = await clocked();
    const busy = await raw(test, 's1', { keepalive: 10 });
    await raw(test, 's2', { keepalive: 0 });
    const silent = await raw(test, 'gw', { keepalive: 20 });
    for (let message = 1; message <= 2; message += 1) {
      pass(14_900);
      busy.send(publishPacket(TELEMETRY, 'a', message));
      await busy.received('puback', message);
    }
    pass(1000);
    await silent.ended();
    busy.send({ cmd: 'pingreq' });
    await busy.received('pingresp');
    pass(15_100);
    await busy.ended();
    expect(test.broker.metrics()).toMatchObject({ closes: { keepalive: 2 }, connections: { station: 1 } });
  });

  it('does not count the silence of a client that it does not read itself', async () => {
    let time = 0;
    const test = await broker({ now: () => time, limits: { waitingPerConnection: 1 } });
    test.settleAtOnce = false;
    const station = await raw(test, 's1', { keepalive: 10 });
    const silent = await raw(test, 's2', { keepalive: 10 });
    station.send(publishPacket(TELEMETRY, 'a', 1));
    await until(() => test.broker.metrics().pausedConnections === 1);
    time += 20_000;
    await silent.ended();
    test.telemetry[0]!.done();
    await station.received('puback');
    expect(station.closed).toBe(false);
  });

  it('ends a connection that does not log in, also one that drips', async () => {
    const { test, pass } = await clocked();
    const idle = await RawClient.open(test.broker.port);
    const dripping = await RawClient.open(test.broker.port);
    dripping.socket.write(generate(connectPacket('s1')).subarray(0, 5));
    await until(() => test.broker.metrics().pendingLogins === 2);
    pass(8100);
    await Promise.all([idle.ended(), dripping.ended()]);
    expect(test.broker.metrics()).toMatchObject({ closes: { connect_timeout: 2 }, pendingLogins: 0 });
  });

  it('ends a station that acknowledges nothing for a minute at the bound', async () => {
    const { test, pass } = await clocked();
    const station = await raw(test, 's1');
    station.send(subscribePacket(['heat/v1/s1/command']));
    await station.received('suback');
    test.broker.send('s1', 'command', Buffer.from('c'));
    pass(60_100);
    await station.ended();
    expect(test.broker.metrics().closes).toEqual({ not_acknowledging: 1 });
  });

  it('closes a client that stops reading while the others go on', async () => {
    let time = 0;
    const test = await broker({ now: () => time, limits: { unsentBytes: 64 * 1024 * 1024, stalledMs: 300 } });
    const frozen = await raw(test, 's1');
    const other = await raw(test, 's2');
    for (const [station, id] of [
      [frozen, 's1'],
      [other, 's2'],
    ] as const) {
      station.send(subscribePacket([`heat/v1/${id}/command`], 0));
      await station.received('suback');
    }
    frozen.socket.pause();
    const flood = Buffer.alloc(60 * 1024);
    const closes = () => test.broker.metrics().closes.not_reading ?? 0;
    for (let turn = 0; turn < 200 && closes() === 0; turn += 1) {
      test.broker.send('s1', 'command', flood);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => {
      // Small steps: after a long one the broker would look at its sockets first.
      time += 5;
      return closes() === 1;
    });
    test.broker.send('s2', 'command', Buffer.from('fine'));
    expect((await other.received('publish')).length).toBe(1);
    expect(other.closed).toBe(false);
    expect(test.sessions).toContainEqual(['s1', false]);
  });

  it('closes a client with more than 256 KiB unsent at once', async () => {
    const test = await broker({ now: () => 0 });
    const frozen = await raw(test, 's1');
    frozen.send(subscribePacket(['heat/v1/s1/command'], 0));
    await frozen.received('suback');
    frozen.socket.pause();
    const flood = Buffer.alloc(60 * 1024);
    while (test.broker.send('s1', 'command', flood)) await new Promise((resolve) => setImmediate(resolve));
    expect(test.broker.metrics().closes).toEqual({ not_reading: 1 });
  });
});

it('turns away sockets beyond its bounds', async () => {
  const test = await broker({ limits: { pendingLogins: 1, connections: 3 } });
  const pending = await RawClient.open(test.broker.port);
  const second = await RawClient.open(test.broker.port);
  await second.ended();
  pending.send(connectPacket('s1'));
  await pending.received('connack');
  await raw(test, 's2');
  await raw(test, 'gw');
  const fourth = await RawClient.open(test.broker.port);
  await fourth.ended();
  expect(test.broker.metrics().closes).toEqual({ too_many: 2 });
  pending.socket.destroy();
});

it('does not forget what a client left behind that sends, breaks off and comes back', async () => {
  const test = await broker({ limits: { waitingTotal: 6 } });
  test.settleAtOnce = false;
  for (let turn = 0; turn < 2; turn += 1) {
    const station = await raw(test, 's1');
    for (let id = 1; id <= 3; id += 1) station.send(publishPacket(TELEMETRY, 'x', id));
    await until(() => test.telemetry.length === 3 * (turn + 1));
    station.socket.destroy();
    await until(() => test.broker.metrics().connections.station === 0);
  }
  expect(test.broker.metrics().waitingMessages).toBe(6);
  const late = await RawClient.open(test.broker.port);
  late.send(connectPacket('s2'), publishPacket('heat/v1/s2/telemetry', 'y', 1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(late.packets).toEqual([]);
  for (const { done } of test.telemetry) done();
  expect(await late.received('connack')).toHaveLength(1);
  late.socket.destroy();
});

it('says which port is taken', async () => {
  const test = await broker();
  await expect(broker({ port: test.broker.port })).rejects.toMatchObject({ code: 'port_in_use' });
});
