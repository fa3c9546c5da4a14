/**
 * Who may do what over a real Mosquitto with the shipped configuration and the access rules that the center wrote: what
 * the contract's table declares is what happens. Mosquitto grants every subscription and acknowledges every message; so
 * what counts is what arrives, at somebody who may hear everything and from somebody who may say everything.
 */
import { appendFile } from 'node:fs/promises';
import { RawClient, publishPacket, subscribePacket, until } from '@heat-center/broker/testing.ts';
import { mosquittoPasswordLine } from '@heat-center/broker/mosquitto-passwords.ts';
import { CHANNEL_RULES, HEARTBEAT_TOPIC, READER_FILTER, topicOf } from '@heat-center/contract/topics.ts';
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
import { mosquittoFolder, mosquittoIsMissing, type MosquittoFolder } from '../support/mosquitto.ts';
import {
  CHANNELS,
  marked,
  markOf,
  NAMED,
  nameOf,
  NOBODYS,
  publishCases,
  speaksFor,
  STATIONS,
  subscribeCases,
  type Known,
} from '../support/mqtt-cases.ts';

if (mosquittoIsMissing) console.warn('SKIPPED: mosquitto is not on the path (apt-get install mosquitto).');

const IDS = ['s1', 'gw', 'eye', 'heat-center'];
/** Hears and says everything; no such login is ever made by the center. */
const ALMIGHTY = { username: 'almighty', password: 'almighty' };
const WITHIN_MS = 5000;
/**
 * What Mosquitto's filters cannot tell from what the table declares: topics that no station can have, where nobody but
 * the center may say anything, and the center's own heartbeat.
 */
const HEARD_TOO: Readonly<Record<string, readonly string[]>> = {
  'heat-center': ['heat/v1/S1/telemetry', HEARTBEAT_TOPIC],
  eye: NOBODYS.filter((topic) => topic.startsWith('heat/v1/')),
};

let mosquitto: MosquittoFolder;
let center: CenterProcess;
let people: Map<string, Login & Partial<Known>>;
const open = new Set<RawClient>();

async function logIn(id: string, more: Partial<IConnectPacket> = {}): Promise<RawClient> {
  const password = Buffer.from(people.get(id)?.password ?? '');
  const client = await RawClient.login(mosquitto.port, id, { password, ...more });
  open.add(client);
  return client;
}

/** A login that was just made: Mosquitto reads the files a moment later. */
async function logInSoon(id: string): Promise<RawClient> {
  for (;;) {
    const client = await logIn(id);
    if (codeOf(client) === 0) return client;
    hangUp(client);
  }
}

function hangUp(client: RawClient): void {
  client.socket.destroy();
  open.delete(client);
}

const codeOf = (client: RawClient): number | undefined => client.of('connack')[0]?.returnCode;

function known(id: string): Known {
  const found = people.get(id);
  if (!found?.kind) throw new Error(`${id} is not registered`);
  return { kind: found.kind, stations: found.stations ?? [], ...found };
}

async function addLogin(id: string, kind: 'gateway' | 'reader', stations: readonly string[]): Promise<void> {
  const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/logins', { id, kind, stations });
  people.set(id, { ...mqtt, kind, stations });
}

async function addStation(id: string): Promise<void> {
  people.set(id, { ...(await register(center, controlled(id))), kind: 'station', stations: [id] });
}

async function begin(): Promise<void> {
  mosquitto = await mosquittoFolder();
  center = await startCenter({ env: mosquitto.centerEnv });
  people = new Map();
  for (const id of STATIONS) await addStation(id);
  await addLogin('gw', 'gateway', ['g1', 'g2']);
  await addLogin('eye', 'reader', []);
}

async function end(): Promise<void> {
  for (const client of open) client.socket.destroy();
  await center.kill();
  await mosquitto.end('SIGTERM');
  await removeDataDir(center.dir);
  await mosquitto.remove();
}

/** What somebody hears of marked messages until the last one. */
function heardBy(client: RawClient): string[] {
  return client.packets.flatMap((packet) => markOf(packet) ?? []);
}

/** Runs `act` while everything that Mosquitto lets through is heard. */
async function overheard(act: () => Promise<void>): Promise<string[]> {
  const spy = await logIn(ALMIGHTY.username);
  spy.send(subscribePacket(['#', '$SYS/#']));
  await spy.received('suback');
  await act();
  const last = await logIn('s2');
  last.send(publishPacket(topicOf('s2', 'status'), marked('last'), 1));
  await until(() => heardBy(spy).includes('last'));
  hangUp(last);
  hangUp(spy);
  return heardBy(spy).filter((mark) => mark !== 'last');
}

/** As the table says, but for retaining: Mosquitto cannot refuse that to whoever may publish, see docs/start.md. */
function mosquittoCases(id: string): ReturnType<typeof publishCases> {
  const who = known(id);
  const cases = publishCases(who);
  const plain = new Set(cases.filter(({ allowed, retain }) => allowed && !retain).map(({ topic }) => topic));
  if (who.kind === 'center') plain.add('heat/v1/center/command');
  return cases.map((item) => ({ ...item, allowed: plain.has(item.topic) }));
}

describe.skipIf(mosquittoIsMissing)('the access rules on Mosquitto', () => {
  beforeAll(async () => {
    await begin();
    const { HEAT_CENTER_MQTT_PASSWORD, HEAT_CENTER_MOSQUITTO_ACL_FILE, HEAT_CENTER_MOSQUITTO_PASSWORD_FILE } =
      mosquitto.centerEnv;
    // The files are as the center wrote them; it would take the place of whoever logs in as it.
    await center.stop();
    people.set('heat-center', {
      username: 'heat-center',
      password: HEAT_CENTER_MQTT_PASSWORD ?? '',
      kind: 'center',
      stations: [],
    });
    people.set(ALMIGHTY.username, ALMIGHTY);
    const rules = 'user almighty\ntopic readwrite #\ntopic readwrite $SYS/#\n';
    await appendFile(HEAT_CENTER_MOSQUITTO_ACL_FILE ?? '', rules);
    const line = mosquittoPasswordLine(ALMIGHTY.username, ALMIGHTY.password);
    await appendFile(HEAT_CENTER_MOSQUITTO_PASSWORD_FILE ?? '', `${line}\n`);
    await mosquitto.start('mosquitto');
  });
  afterAll(end);

  describe.each(IDS)('%s', (id) => {
    it('hears what the table declares and nothing else, whatever it subscribes to', async () => {
      const who = known(id);
      const client = await logIn(id);
      client.send(subscribePacket(subscribeCases(who).map(({ topic }) => topic)));
      await client.received('suback');
      const topics = [
        ...NAMED.flatMap((station) =>
          CHANNELS.map((channel) => (channel === 'heartbeat' ? HEARTBEAT_TOPIC : topicOf(station, channel))),
        ),
        ...NOBODYS,
      ];
      const speaker = await logIn(ALMIGHTY.username);
      const messages = [...new Set(topics)].map((topic, index) =>
        publishPacket(topic, marked(topic), index + 1),
      );
      speaker.send(...messages);
      await speaker.received('puback', messages.length);
      const last = who.kind === 'center' ? topicOf('s1', 'status') : HEARTBEAT_TOPIC;
      speaker.send(publishPacket(last, marked('last'), 1));
      await until(() => heardBy(client).includes('last'));
      const declared = CHANNELS.flatMap((channel) => {
        if (!CHANNEL_RULES[channel].subscribe.includes(who.kind)) return [];
        if (channel === 'heartbeat') return [HEARTBEAT_TOPIC];
        return NAMED.filter((station) => speaksFor(who, station)).map((station) => topicOf(station, channel));
      });
      const heard = new Set(heardBy(client).filter((mark) => mark !== 'last'));
      expect([...heard].toSorted()).toEqual([...declared, ...(HEARD_TOO[id] ?? [])].toSorted());
      for (const each of [client, speaker]) hangUp(each);
    });

    it('says what the table declares and nothing else', async () => {
      const cases = mosquittoCases(id);
      const heard = await overheard(async () => {
        const client = await logIn(id);
        client.send(
          ...cases.map((item, index): Packet => ({
            ...publishPacket(item.topic, marked(nameOf(item)), index + 1),
            ...(item.retain ? { retain: true } : {}),
          })),
        );
        await client.received('puback', cases.length);
        hangUp(client);
      });
      expect(heard.toSorted()).toEqual(
        cases
          .filter(({ allowed }) => allowed)
          .map(nameOf)
          .toSorted(),
      );
    });

    it('leaves behind the wills that the table declares and no other', async () => {
      const cases = mosquittoCases(id);
      const heard = await overheard(async () => {
        for (const item of cases) {
          const { topic, retain } = item;
          const will = { topic, retain, qos: 1, payload: Buffer.from(marked(nameOf(item))) } as const;
          hangUp(await logIn(id, { will }));
        }
        hangUp(await logIn(id));
      });
      expect(heard.toSorted()).toEqual(
        cases
          .filter(({ allowed }) => allowed)
          .map(nameOf)
          .toSorted(),
      );
    });
  });

  const secretOf = (id: string): Buffer => Buffer.from(people.get(id)?.password ?? '');
  it.each<[string, boolean, () => Partial<IConnectPacket> & { clientId: string }]>([
    ['without a name', false, () => ({ clientId: 's1' })],
    ['with a name alone', false, () => ({ clientId: 's1', username: 's1' })],
    ['with a wrong secret', false, () => ({ clientId: 's1', username: 's1', password: secretOf('s2') })],
    ['as nobody known', false, () => ({ clientId: 'x', username: 'x', password: secretOf('s1') })],
    ['in capitals', false, () => ({ clientId: 'S1', username: 'S1', password: secretOf('s1') })],
    [
      'as heat-center',
      false,
      () => ({ clientId: 'heat-center', username: 'heat-center', password: secretOf('s1') }),
    ],
    [
      'by the API’s token',
      false,
      () => ({ clientId: 's1', username: 's1', password: Buffer.from('test-admin-token') }),
    ],
    // Mosquitto takes the user name in place of the client id.
    ['as another client id', true, () => ({ clientId: 's1', username: 's2', password: secretOf('s2') })],
    ['as a gateway’s station', true, () => ({ clientId: 'g1', username: 'gw', password: secretOf('gw') })],
    ['without a client id', true, () => ({ clientId: '', username: 's2', password: secretOf('s2') })],
  ])('a login %s harms nobody who is connected', async (_, enters, given) => {
    const others = [await logIn('s1'), await logIn('g1'), await logIn('heat-center')];
    const stranger = await RawClient.open(mosquitto.port);
    stranger.send({ cmd: 'connect', protocolId: 'MQTT', clean: true, ...given() });
    await stranger.received('connack');
    expect(codeOf(stranger) === 0).toBe(enters);
    for (const other of others) {
      other.send({ cmd: 'pingreq' });
      await other.received('pingresp');
      expect(other.closed).toBe(false);
      hangUp(other);
    }
    hangUp(stranger);
  });
});

describe.skipIf(mosquittoIsMissing)('what is revoked while it is connected to Mosquitto', () => {
  beforeAll(async () => {
    await begin();
    await mosquitto.start('mosquitto');
  });
  afterAll(end);

  const endsInTime = async (client: RawClient): Promise<boolean> => {
    const until_ms = performance.now() + WITHIN_MS;
    await until(() => client.closed || performance.now() > until_ms);
    return client.closed;
  };

  it('ends within 5 s, lets nobody in again, and leaves the others alone', async () => {
    const others = [await logInSoon('s1'), await logInSoon('gw')];
    await addStation('spare');
    await addLogin('gw2', 'gateway', ['spare', 's1']);
    await addLogin('eye2', 'reader', []);
    const old = await logInSoon('spare');
    const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/stations/spare/secret');
    expect(await endsInTime(old)).toBe(true);
    expect(codeOf(await logIn('spare'))).not.toBe(0);
    people.set('spare', mqtt);

    const [station, gateway, reader, witness] = [
      await logInSoon('spare'),
      await logInSoon('gw2'),
      await logInSoon('eye2'),
      await logInSoon('eye'),
    ];
    witness.send(subscribePacket([READER_FILTER]));
    await witness.received('suback');
    await center.call('DELETE', '/api/v1/logins/eye2');
    await center.call('DELETE', '/api/v1/stations/spare');
    const gone_ms = performance.now();
    expect(await Promise.all([station, reader].map(endsInTime))).toEqual([true, true]);
    expect(codeOf(await logIn('spare'))).not.toBe(0);
    expect(codeOf(await logIn('eye2'))).not.toBe(0);
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, gone_ms + WITHIN_MS - performance.now()));
    });
    // The gateway goes on for what it still has.
    gateway.send(
      publishPacket(topicOf('spare', 'status'), marked('foreign'), 1),
      publishPacket(topicOf('s1', 'status'), marked('own'), 2),
    );
    await until(() => heardBy(witness).includes('own'));
    expect(heardBy(witness)).not.toContain('foreign');
    expect([...others, gateway].map(({ closed }) => closed)).toEqual([false, false, false]);
  });
});
