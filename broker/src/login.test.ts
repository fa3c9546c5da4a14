import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { brokerFixture, connectPacket, publishPacket, RawClient, until } from './testing.ts';

const { broker, raw, client } = brokerFixture();

const STATUS_WILL = {
  topic: 'heat/v1/s1/status',
  payload: Buffer.from('gone'),
  qos: 1,
  retain: true,
} as const;

describe('login', () => {
  it.each([
    ['a wrong secret', connectPacket('s1', { password: Buffer.from('guess') }), 4],
    ['an unknown user', connectPacket('nobody'), 4],
    ['no password', { ...connectPacket('s1'), password: undefined }, 4],
    ['neither user nor password', { ...connectPacket('s1'), username: undefined, password: undefined }, 4],
    ["another's client id", connectPacket('s1', { clientId: 's2' }), 2],
    ['an empty client id', connectPacket('s1', { clientId: '' }), 2],
    ['the login of a center, which is this very process', connectPacket('heat-center'), 5],
  ])('refuses %s', async (_what, connect, returnCode) => {
    const test = await broker();
    const socket = await RawClient.open(test.broker.port);
    socket.send(JSON.parse(JSON.stringify(connect), revive));
    expect(await socket.received('connack')).toMatchObject([{ returnCode }]);
    await socket.ended();
    expect(test.broker.metrics()).toMatchObject({ loginsRefused: 1, loginsAccepted: 0, pendingLogins: 0 });
    expect(test.sessions).toEqual([]);
  });

  it('refuses an empty client id that asks for a kept session, and MQTT 5', async () => {
    const test = await broker();
    const kept = generate(connectPacket('s1', { clientId: '' }));
    // The flag for a clean session; mqtt-packet does not write what MQTT forbids.
    kept[9] = (kept[9] ?? 0) & ~2;
    for (const bytes of [kept, generate(connectPacket('s1', { protocolVersion: 5 }))]) {
      const socket = await RawClient.open(test.broker.port);
      socket.socket.write(bytes);
      await socket.ended();
    }
    expect(test.broker.metrics()).toMatchObject({ loginsRefused: 2, loginsAccepted: 0 });
  });

  it('keeps no session, whatever the client asks for', async () => {
    const test = await broker();
    const first = await raw(test, 'eye', { clean: false });
    first.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'heat/v1/#', qos: 1 }] });
    await first.received('suback');
    first.send({ cmd: 'disconnect' });
    await first.ended();
    const second = await raw(test, 'eye', { clean: false });
    expect(second.of('connack')).toMatchObject([{ sessionPresent: false }]);
    expect(test.broker.metrics().readers).toBe(0);
  });

  it('ends the first connection of an identity when a second one logs in', async () => {
    const test = await broker();
    const first = await raw(test, 's1', { will: STATUS_WILL });
    const second = await raw(test, 's1');
    await first.ended();
    second.send(publishPacket('heat/v1/s1/telemetry', 'a', 1));
    await second.received('puback');
    expect(test.sessions).toEqual([
      ['s1', true],
      ['s1', false],
      ['s1', true],
    ]);
    expect(test.messages).toMatchObject([{ station: 's1', channel: 'status', text: 'gone', will: true }]);
    expect(test.broker.metrics()).toMatchObject({
      closes: { taken_over: 1 },
      connections: { station: 1 },
      aedesClients: 1,
    });
  });

  it('lets nobody take over a client id without its secret', async () => {
    const test = await broker();
    const first = await raw(test, 's1');
    const thief = await RawClient.open(test.broker.port);
    thief.send(connectPacket('s2', { clientId: 's1' }));
    await thief.ended();
    first.send({ cmd: 'pingreq' });
    await first.received('pingresp');
    expect(first.closed).toBe(false);
  });

  it('survives a thousand stations that come back at once', async () => {
    const identities = Array.from({ length: 1000 }, (_each, index) => `m${index}`);
    const test = await broker();
    const sockets = await Promise.all(identities.map(() => RawClient.open(test.broker.port)));
    for (const [index, socket] of sockets.entries()) socket.send(connectPacket(`m${index}`));
    await Promise.all(sockets.map((socket) => socket.ended()));
    expect(test.broker.metrics()).toMatchObject({ loginsRefused: 1000, pendingLogins: 0, aedesClients: 0 });
  });

  it('ends the connection of an identity whose secret was rotated', async () => {
    const test = await broker();
    const station = await raw(test, 's1');
    const other = await raw(test, 's2');
    test.broker.disconnect('s1');
    test.broker.disconnect('unknown');
    await station.ended();
    expect(other.closed).toBe(false);
    expect(test.broker.metrics().closes).toEqual({ revoked: 1 });
  });
});

describe('a will', () => {
  it('is handed over when the connection breaks, and not after a DISCONNECT', async () => {
    const test = await broker();
    const orderly = await raw(test, 's1', { will: STATUS_WILL });
    orderly.send({ cmd: 'disconnect' });
    await orderly.ended();
    expect(test.messages).toEqual([]);
    const broken = await client(test, 's1', { will: STATUS_WILL });
    broken.stream.destroy();
    await until(() => test.messages.length === 1);
    expect(test.messages).toMatchObject([{ station: 's1', channel: 'status', text: 'gone', will: true }]);
  });

  it.each(['heat/v1/s2/status', 'heat/v1/s1/command', '$SYS/x', 'heat/v1/s2/telemetry'])(
    'to %s is dropped and counted',
    async (topic) => {
      const test = await broker();
      const reader = await raw(test, 'eye');
      reader.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'heat/v1/#', qos: 1 }] });
      await reader.received('suback');
      const station = await raw(test, 's1', { will: { ...STATUS_WILL, topic } });
      station.socket.destroy();
      await until(() => test.sessions.length === 2);
      const next = await raw(test, 's1');
      next.send(publishPacket('heat/v1/s1/report', 'after', 1));
      expect((await reader.received('publish')).map((packet) => packet.topic)).toEqual(['heat/v1/s1/report']);
      expect(test.messages.map(({ text }) => text)).toEqual(['after']);
      expect(test.broker.metrics().denials.will).toBe(1);
    },
  );

  it('is not left by the broker that closes: the stations are not gone', async () => {
    const test = await broker();
    await raw(test, 's1', { will: STATUS_WILL });
    await test.broker.close();
    expect(test.messages).toEqual([]);
    expect(test.sessions.at(-1)).toEqual(['s1', false]);
  });
});

/** Buffers survive the copy that drops undefined fields. */
function revive(_key: string, value: unknown): unknown {
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBuffer && 'data' in value && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}
