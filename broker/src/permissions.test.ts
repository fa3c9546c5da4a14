/** Who may do what, tried for every kind of identity on every topic of the contract's table, in both ways of running. */
import {
  CHANNEL_RULES,
  HEARTBEAT_TOPIC,
  READER_FILTER,
  STATION_CHANNELS,
  topicOf,
} from '@heat-center/contract/topics.ts';
import type { Identity } from '@heat-center/contract/topics.ts';
import { describe, expect, it } from 'vitest';
import { brokerFixture, IDENTITIES, publishPacket, subscribePacket, until } from './testing.ts';

const { broker, raw } = brokerFixture();

/** Never to be read or written by anybody. */
const NOBODYS = [
  '$SYS/broker/clients',
  'heat/v1/s1/unknown',
  'heat/v2/s1/telemetry',
  'heat/v1/s1/telemetry/x',
  'x',
];
const WILDCARDS = [
  '#',
  '$SYS/#',
  '+/v1/s1/command',
  'heat/#',
  'heat/v1/s1/#',
  'heat/v1/s1/+',
  'heat/+/s1/command',
];
const STATIONS = ['s1', 's2', 'g1', 'g2'];

interface Case {
  topic: string;
  allowed: boolean;
}

/** Expectations from the table itself, not from the functions that the broker uses. */
function casesOf(identity: Identity, verb: 'publish' | 'subscribe'): Case[] {
  const bound = identity.kind === 'station' || identity.kind === 'gateway';
  const cases = NOBODYS.map((topic) => ({ topic, allowed: false }));
  for (const station of STATIONS) {
    for (const channel of STATION_CHANNELS) {
      const mine = !bound || identity.stations.includes(station);
      const allowed = mine && CHANNEL_RULES[channel][verb].includes(identity.kind);
      cases.push({ topic: topicOf(station, channel), allowed });
    }
  }
  cases.push({ topic: HEARTBEAT_TOPIC, allowed: CHANNEL_RULES.heartbeat[verb].includes(identity.kind) });
  if (verb === 'publish') return cases;
  cases.push(...WILDCARDS.map((topic) => ({ topic, allowed: false })));
  cases.push({ topic: READER_FILTER, allowed: !bound });
  const allStations = STATION_CHANNELS.filter((channel) =>
    CHANNEL_RULES[channel].subscribe.includes('center'),
  );
  for (const channel of STATION_CHANNELS) {
    const allowed = identity.kind === 'center' && allStations.includes(channel);
    cases.push({ topic: topicOf('+', channel), allowed });
  }
  return cases;
}

const modes = [true, false].flatMap((splitter) =>
  IDENTITIES.filter(({ kind }) => kind !== 'center' || !splitter).map((identity) => ({
    splitter,
    identity,
    name: `${identity.kind} ${identity.id} ${splitter ? 'with the splitter' : 'served by aedes'}`,
  })),
);

describe.each(modes)('$name', ({ splitter, identity }) => {
  it('subscribes to what the table permits and gets 0x80 for the rest', async () => {
    const test = await broker({ splitter });
    const socket = await raw(test, identity.id);
    const cases = casesOf(identity, 'subscribe');
    socket.send(subscribePacket(cases.map(({ topic }) => topic)));
    const [suback] = await socket.received('suback');
    const answers = cases.map(({ topic }, index) => ({ topic, allowed: suback?.granted[index] === 1 }));
    expect(answers).toEqual(cases);
    const denied = cases.filter(({ allowed }) => !allowed).length;
    expect(suback?.granted.filter((code) => code === 0x80).length).toBe(denied);
    expect(test.broker.metrics().denials.subscribe).toBe(denied);
  });

  it('publishes what the table permits; the rest is acknowledged, dropped and counted', async () => {
    const test = await broker({ splitter });
    const socket = await raw(test, identity.id);
    const cases = casesOf(identity, 'publish');
    socket.send(...cases.map(({ topic }, index) => publishPacket(topic, topic, index + 1)));
    await socket.received('puback', cases.length);
    expect(socket.closed).toBe(false);
    const denied = cases.filter(({ allowed }) => !allowed).length;
    expect(test.broker.metrics().denials.publish).toBe(denied);
    expect(test.broker.metrics().denialsByIdentity).toEqual(denied > 0 ? { [identity.id]: denied } : {});
    const taken = [...test.telemetry, ...test.messages].map(({ text }) => text);
    const expected = cases
      .filter(({ allowed }) => allowed && identity.kind !== 'center')
      .map(({ topic }) => topic);
    expect(taken.toSorted()).toEqual(expected.toSorted());
  });
});

it.each([true, false])('refuses a retained command of a stranger (splitter: %s)', async (splitter) => {
  const test = await broker({ splitter });
  const stranger = await raw(test, 's2');
  const retained = { cmd: 'publish', payload: 'hotter', qos: 1, retain: true, dup: false } as const;
  stranger.send({ ...retained, topic: 'heat/v1/s1/command', messageId: 1 });
  stranger.send({ ...retained, topic: 'heat/v1/s2/telemetry', messageId: 2 });
  await stranger.received('puback', 2);
  expect(test.broker.metrics().refusals).toEqual({ not_permitted: 2 });
  expect(test.telemetry).toEqual([]);
  const reader = await raw(test, 'eye');
  reader.send(subscribePacket([READER_FILTER]), { cmd: 'pingreq' });
  await reader.received('suback');
  stranger.send({ ...retained, topic: 'heat/v1/s2/status', payload: 'online', messageId: 3 });
  expect((await reader.received('publish')).map(({ topic }) => topic)).toEqual(['heat/v1/s2/status']);
});

it('tells a station of its wrong topic by a count, not by closing', async () => {
  const test = await broker();
  const station = await raw(test, 's1');
  station.send(
    publishPacket('heat/v1/s2/telemetry', 'mine', 1),
    publishPacket('heat/v1/s1/command', 'mine', 2),
  );
  await station.received('puback', 2);
  await until(() => test.refused.length === 2);
  expect(test.refused).toEqual([
    ['s1', 'wrong_station'],
    ['s1', 'not_permitted'],
  ]);
});
