/** Who may do what over MQTT, tried on a real center by everybody who could try: what the contract's table declares is what happens. */
import { RawClient, publishPacket, subscribePacket, until } from '@heat-center/broker/testing.ts';
import { CHANNEL_RULES, READER_FILTER, topicOf } from '@heat-center/contract/topics.ts';
import type { IConnectPacket, Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  controlled,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import {
  CHANNELS,
  marked,
  markOf,
  nameOf,
  publishCases,
  STATIONS,
  subscribeCases,
  type Known,
} from '../support/mqtt-cases.ts';

let center: CenterProcess;
let port: number;
let people: Map<string, Known>;
const open = new Set<RawClient>();

/** Who an id is; every id that is asked for was registered. */
function known(id: string): Known {
  const found = people.get(id);
  if (!found) throw new Error(`${id} is not registered`);
  return found;
}

async function logIn(id: string, more: Partial<IConnectPacket> = {}): Promise<RawClient> {
  const password = Buffer.from(people.get(id)?.password ?? '');
  const client = await RawClient.login(port, id, { password, ...more });
  open.add(client);
  return client;
}

function hangUp(client: RawClient): void {
  client.socket.destroy();
  open.delete(client);
}

const codeOf = (client: RawClient): number | undefined => client.of('connack')[0]?.returnCode;

async function addLogin(id: string, kind: 'gateway' | 'reader', stations: readonly string[]): Promise<Known> {
  const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/logins', { id, kind, stations });
  return { ...mqtt, kind, stations };
}

beforeAll(async () => {
  center = await startCenter();
  port = Number(new URL(center.mqttUrl).port);
  people = new Map();
  for (const id of STATIONS) {
    people.set(id, { ...(await register(center, controlled(id))), kind: 'station', stations: [id] });
  }
  people.set('gw', await addLogin('gw', 'gateway', ['g1', 'g2']));
  for (const id of ['eye', 'watcher']) people.set(id, await addLogin(id, 'reader', []));
});
afterAll(async () => {
  for (const client of open) client.socket.destroy();
  await center.stop();
  await removeDataDir(center.dir);
});

/** The marks that somebody who reads everything has seen by the time the last of them is through. */
async function watching(act: (end: () => Promise<void>) => Promise<void>): Promise<string[]> {
  const reader = await logIn('watcher');
  reader.send(subscribePacket([READER_FILTER]));
  await reader.received('suback');
  const marks = (): string[] => reader.packets.flatMap((packet) => markOf(packet) ?? []);
  await act(async () => {
    const last = await logIn('s2');
    last.send(publishPacket('heat/v1/s2/status', marked('last'), 1));
    await until(() => marks().includes('last'));
    hangUp(last);
  });
  hangUp(reader);
  return marks().filter((mark) => mark !== 'last');
}

async function denials(what: 'publish' | 'subscribe' | 'will'): Promise<number> {
  const text = await center.call<string>('GET', '/metrics');
  return Number(new RegExp(`^heat_center_broker_denials_${what} (\\d+)$`, 'm').exec(text)?.[1]);
}

const IDS = ['s1', 'gw', 'eye'];

describe.each(IDS)('%s', (id) => {
  it('subscribes to what the table declares and to nothing else', async () => {
    const before = await denials('subscribe');
    const client = await logIn(id);
    const cases = subscribeCases(known(id));
    client.send(subscribePacket(cases.map(({ topic }) => topic)));
    const [suback] = await client.received('suback');
    expect(cases.map(({ topic }, index) => ({ topic, allowed: suback?.granted[index] === 1 }))).toEqual(
      cases,
    );
    hangUp(client);
    const denied = cases.filter(({ allowed }) => !allowed).length;
    expect((await denials('subscribe')) - before).toBe(denied);
  });

  it('publishes what the table declares, retained or not, and nothing else', async () => {
    const before = await denials('publish');
    const cases = publishCases(known(id));
    const seen = await watching(async (end) => {
      const client = await logIn(id);
      client.send(
        ...cases.map((item, index): Packet => ({
          ...publishPacket(item.topic, marked(nameOf(item)), index + 1),
          ...(item.retain ? { retain: true } : {}),
        })),
      );
      await client.received('puback', cases.length);
      await end();
      hangUp(client);
    });
    const allowed = cases.filter((item) => item.allowed);
    expect(seen.toSorted()).toEqual(allowed.map(nameOf).toSorted());
    expect((await denials('publish')) - before).toBe(cases.length - allowed.length);
  });

  it('leaves behind the wills that the table declares and no other', async () => {
    const before = await denials('will');
    const cases = publishCases(known(id)).filter(({ topic }) => !/[+#]/.test(topic));
    const seen = await watching(async (end) => {
      for (const item of cases) {
        const { topic, retain } = item;
        const will = { topic, retain, qos: 1, payload: Buffer.from(marked(nameOf(item))) } as const;
        hangUp(await logIn(id, { will }));
      }
      // The last socket's end is noticed before another connection of the same login is there.
      hangUp(await logIn(id));
      await end();
    });
    const allowed = cases.filter((item) => item.allowed);
    expect(seen.toSorted()).toEqual(allowed.map(nameOf).toSorted());
    expect((await denials('will')) - before).toBe(cases.length - allowed.length);
  });
});

describe('a login', () => {
  const REFUSED = [2, 4, 5];
  const secretOf = (id: string): Buffer => Buffer.from(known(id).password);

  it.each<[string, () => Partial<IConnectPacket> & { clientId: string }]>([
    ['without a name', () => ({ clientId: 's1' })],
    ['with a name alone', () => ({ clientId: 's1', username: 's1' })],
    ['with a wrong secret', () => ({ clientId: 's1', username: 's1', password: secretOf('s2') })],
    ['as nobody known', () => ({ clientId: 'x', username: 'x', password: secretOf('s1') })],
    ['as another client id', () => ({ clientId: 's1', username: 's2', password: secretOf('s2') })],
    ['as a gateway’s station', () => ({ clientId: 'g1', username: 'gw', password: secretOf('gw') })],
    ['in capitals', () => ({ clientId: 'S1', username: 'S1', password: secretOf('s1') })],
    ['with an own client id', () => ({ clientId: 'mine', username: 's1', password: secretOf('s1') })],
    ['without a client id', () => ({ clientId: '', username: 's1', password: secretOf('s1') })],
    [
      'as heat-center',
      () => ({ clientId: 'heat-center', username: 'heat-center', password: secretOf('s1') }),
    ],
    ['as center', () => ({ clientId: 'center', username: 'center', password: secretOf('s1') })],
    [
      'as the admin',
      () => ({ clientId: 'administrator', username: 'administrator', password: secretOf('s1') }),
    ],
    [
      'by the API’s token',
      () => ({ clientId: 's1', username: 's1', password: Buffer.from('test-admin-token') }),
    ],
  ])('%s is refused, and the station that is connected stays so', async (_, given) => {
    const station = await logIn('s1');
    const { clientId, ...connect } = given();
    const stranger = await RawClient.open(port);
    stranger.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      clean: true,
      ...connect,
      clientId,
    });
    await stranger.received('connack');
    expect(REFUSED).toContain(codeOf(stranger));
    await stranger.ended();
    station.send({ cmd: 'pingreq' });
    await station.received('pingresp');
    expect(station.closed).toBe(false);
    hangUp(station);
  });

  it('taken again by its owner ends the earlier connection, and no other', async () => {
    const [first, other] = [await logIn('s1'), await logIn('s2')];
    const second = await logIn('s1');
    await first.ended();
    expect([codeOf(second), other.closed]).toEqual([0, false]);
    hangUp(second);
    hangUp(other);
  });
});

describe('what is revoked while it is connected', () => {
  const WITHIN_MS = 5000;
  const endedInTime = async (client: RawClient): Promise<boolean> => {
    const until5 = performance.now() + WITHIN_MS;
    await until(() => client.closed || performance.now() > until5);
    return client.closed;
  };

  it('ends within 5 s, lets nobody in again, and leaves the others alone', async () => {
    const others = [await logIn('s1'), await logIn('gw')];
    const spare = {
      ...(await register(center, controlled('spare'))),
      kind: 'station',
      stations: ['spare'],
    } as const;
    people.set('spare', spare);
    people.set('gw2', await addLogin('gw2', 'gateway', ['spare', 's1']));
    people.set('eye2', await addLogin('eye2', 'reader', []));

    const station = await logIn('spare');
    people.set('spare', {
      ...spare,
      ...(await center.call<{ mqtt: Login }>('POST', '/api/v1/stations/spare/secret')).mqtt,
    });
    expect(await endedInTime(station)).toBe(true);
    expect(codeOf(await logIn('spare', { password: Buffer.from(spare.password) }))).not.toBe(0);

    const [renewed, gateway, reader] = [await logIn('spare'), await logIn('gw2'), await logIn('eye2')];
    expect([renewed, gateway, reader].map(codeOf)).toEqual([0, 0, 0]);
    reader.send(subscribePacket([READER_FILTER]));
    await reader.received('suback');
    await center.call('DELETE', '/api/v1/logins/eye2');
    await center.call('DELETE', '/api/v1/stations/spare');
    expect(await Promise.all([renewed, gateway, reader].map(endedInTime))).toEqual([true, true, true]);
    expect(codeOf(await logIn('spare'))).not.toBe(0);
    expect(codeOf(await logIn('eye2'))).not.toBe(0);

    // The gateway goes on for what it still has.
    const again = await logIn('gw2');
    again.send(subscribePacket([topicOf('spare', 'command'), topicOf('s1', 'command')]));
    expect((await again.received('suback'))[0]?.granted).toEqual([0x80, 1]);
    expect(others.map(({ closed }) => closed)).toEqual([false, false]);
  });
});

it('nothing stays with the broker but what the table says is retained', async () => {
  const stays = IDS.flatMap((id) => publishCases(known(id)))
    .filter(({ allowed, retain }) => allowed && retain)
    .map(({ topic }) => topic);
  const reader = await logIn('watcher');
  reader.send(subscribePacket([READER_FILTER]));
  await reader.received('publish', stays.length);
  reader.send({ cmd: 'pingreq' });
  await reader.received('pingresp');
  expect(stays.length).toBeGreaterThan(0);
  expect(
    reader
      .of('publish')
      .map(({ topic }) => topic)
      .toSorted(),
  ).toEqual(stays.toSorted());
});

it('every channel of the table has its rules, and only those', () => {
  expect(Object.keys(CHANNEL_RULES).toSorted()).toEqual([...CHANNELS].toSorted());
});
