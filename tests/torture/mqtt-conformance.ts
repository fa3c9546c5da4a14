/**
 * How an MQTT 3.1.1 broker behaves towards a client of any make: the behaviours that the Paho interoperability suite
 * asks about, each in the form that the center's topics and permissions allow.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import {
  controlled,
  inbox,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import { registerReader, sleep } from './hostile/loaded-center.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const SAMPLE = '{"v":1,"at":AT,"primary":{"supply_c":95}}';
const sample = (): string => SAMPLE.replace('AT', String(Date.now()));
const status = (state: 'online' | 'offline'): string =>
  JSON.stringify({ v: 1, state, boot: 'conform', at: Date.now(), mode: 'remote' });

interface Bench {
  readonly center: CenterProcess;
  readonly station: Login;
  readonly reader: Login;
  /** Connects; it is closed after the check. */
  connect(login: Login, more?: IClientOptions): Promise<MqttClient>;
}

/** Undefined when the broker behaves so, else what it did instead. */
type Check = (bench: Bench) => Promise<string | undefined>;

const expectThat = (holds: boolean, otherwise: string): string | undefined => (holds ? undefined : otherwise);

/** The code with which a login is refused; 0 when it is let in. */
async function refusal(bench: Bench, options: IClientOptions): Promise<number> {
  const { username, password } = bench.station;
  const all = { username, password, reconnectPeriod: 0, connectTimeout: 5000, ...options };
  try {
    const client = await mqtt.connectAsync(bench.center.mqttUrl, all, false);
    await client.endAsync(true);
    return 0;
  } catch (error) {
    return error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  }
}

/** Return code for a CONNECT with an empty client id, by hand: client libraries refuse to send it. */
async function namelessConnack({ center, station }: Bench, clean: boolean): Promise<number | undefined> {
  const { hostname, port } = new URL(center.mqttUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  const text = (value: string): Buffer => Buffer.from([0, value.length, ...Buffer.from(value)]);
  const login = [text(station.username), text(station.password)];
  const head = Buffer.from([4, clean ? 0xc2 : 0xc0, 0, 60]);
  const body = Buffer.concat([text('MQTT'), head, text(''), ...login]);
  socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
  const [connack] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return connack[3];
}

const CHECKS: Readonly<Record<string, Check>> = {
  'messages of QoS 0, 1 and 2 arrive, each once': async (bench) => {
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    await reader.subscribeAsync('heat/v1/#', { qos: 2 });
    const station = await bench.connect(bench.station);
    const topic = `heat/v1/${bench.station.username}/telemetry`;
    for (const qos of [0, 1, 2] as const) await station.publishAsync(topic, sample(), { qos });
    await sleep(500);
    const count = seen.messages.filter((message) => message.topic === topic).length;
    return expectThat(count === 3, `${count} of 3 arrived`);
  },
  'a retained message waits for who subscribes later, and an empty one ends it': async (bench) => {
    const topic = `heat/v1/${bench.station.username}/status`;
    const station = await bench.connect(bench.station);
    await station.publishAsync(topic, status('online'), { qos: 1, retain: true });
    const first = await retainedSeen(bench, topic);
    await station.publishAsync(topic, '', { qos: 1, retain: true });
    const second = await retainedSeen(bench, topic);
    return expectThat(first === 1 && second === 0, `${first} before and ${second} after it was cleared`);
  },
  'an empty client id is refused with a session to keep, and without': async (bench) => {
    const codes = [await namelessConnack(bench, false), await namelessConnack(bench, true)];
    // Who it is belongs to the client id: an invented one would be nobody's.
    return expectThat(
      codes.every((code) => code === 2),
      `answered with ${codes.join(' and ')}`,
    );
  },
  'a client id that is not the login’s, and a wrong secret, are refused': async (bench) => {
    const codes = [
      await refusal(bench, { clientId: 'somebody' }),
      await refusal(bench, { clientId: bench.station.username, password: 'wrong' }),
    ];
    return expectThat(codes[0] === 2 && codes[1] === 4, `answered with ${codes.join(' and ')}`);
  },
  'no session is said to be present, so that nobody waits for what was not kept': async (bench) => {
    for (const turn of ['first', 'second']) {
      const { username, password } = bench.station;
      const all = { clientId: username, username, password, clean: false, reconnectPeriod: 0 };
      const client = mqtt.connect(bench.center.mqttUrl, all);
      const connack = await new Promise<IConnackPacket>((resolve) => {
        client.once('connect', resolve);
      });
      await client.endAsync(true);
      if (connack.sessionPresent) return `the ${turn} CONNACK says that a session is present`;
    }
    return undefined;
  },
  'the last message of who vanishes is published, of who says goodbye is not': async (bench) => {
    const topic = `heat/v1/${bench.station.username}/status`;
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    await reader.subscribeAsync(topic, { qos: 1 });
    const will = { topic, payload: Buffer.from(status('offline')), qos: 1, retain: false } as const;
    const polite = await bench.connect(bench.station, { will });
    await polite.endAsync(false);
    await sleep(300);
    const afterGoodbye = seen.messages.length;
    const rude = await bench.connect(bench.station, { will });
    rude.stream.destroy();
    await sleep(500);
    const after = seen.messages.length;
    return expectThat(afterGoodbye === 0 && after === 1, `${afterGoodbye} and ${after} were published`);
  },
  'who is silent for one and a half keepalive times is gone, with a last message': async (bench) => {
    const topic = `heat/v1/${bench.station.username}/status`;
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    await reader.subscribeAsync(topic, { qos: 1 });
    const will = { topic, payload: Buffer.from(status('offline')), qos: 1, retain: false } as const;
    const silent = await bench.connect(bench.station, { will, keepalive: 2, reschedulePings: false });
    // The client's own pings are held back.
    silent.sendPing = () => undefined;
    await sleep(4500);
    return expectThat(seen.messages.length === 1, `${seen.messages.length} last messages after 4.5 s`);
  },
  'what matches two subscriptions of a client arrives': async (bench) => {
    const topic = `heat/v1/${bench.station.username}/telemetry`;
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    await reader.subscribeAsync({ 'heat/v1/#': { qos: 1 }, [topic]: { qos: 1 } });
    const station = await bench.connect(bench.station);
    await station.publishAsync(topic, sample(), { qos: 1 });
    await sleep(500);
    const count = seen.messages.length;
    // Once, or once for each subscription: both are allowed (MQTT-3.3.5-1).
    return expectThat(count === 1 || count === 2, `${count} arrived`);
  },
  'a subscription that is not permitted is answered with 0x80, the one beside it is not': async (bench) => {
    const station = await bench.connect(bench.station);
    const own = `heat/v1/${bench.station.username}/command`;
    const foreign = 'heat/v1/somebody/command';
    const granted = await new Promise<number[]>((resolve) => {
      station.on('packetreceive', (packet) => {
        if (packet.cmd === 'suback') resolve(packet.granted.map(Number));
      });
      station.subscribe({ [own]: { qos: 1 }, [foreign]: { qos: 1 } }, () => undefined);
    });
    return expectThat(granted.join() === '1,128', `answered ${granted.join()}`);
  },
  'nothing beginning with $ is reached by a wildcard or by name': async (bench) => {
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    const asked = await Promise.all(
      ['#', '$SYS/#', '+/#', '$share/x/heat/v1/#'].map((filter) =>
        reader.subscribeAsync(filter).then(
          (grants) => grants[0]?.qos ?? 128,
          () => 128,
        ),
      ),
    );
    await sleep(300);
    const refused = asked.every((qos) => qos === 128);
    return expectThat(refused && seen.messages.length === 0, `granted ${asked.join()}`);
  },
  'after UNSUBSCRIBE nothing more arrives': async (bench) => {
    const topic = `heat/v1/${bench.station.username}/telemetry`;
    const reader = await bench.connect(bench.reader);
    const seen = inbox(reader);
    await reader.subscribeAsync(topic, { qos: 1 });
    const station = await bench.connect(bench.station);
    await station.publishAsync(topic, sample(), { qos: 1 });
    await sleep(300);
    await reader.unsubscribeAsync(topic);
    await station.publishAsync(topic, sample(), { qos: 1 });
    await sleep(300);
    return expectThat(seen.messages.length === 1, `${seen.messages.length} arrived`);
  },
  'a second connection of the same client ends the first': async (bench) => {
    const first = await bench.connect(bench.station);
    await bench.connect(bench.station);
    await sleep(300);
    return expectThat(!first.connected, 'both are connected');
  },
};

async function retainedSeen(bench: Bench, topic: string): Promise<number> {
  const reader = await bench.connect(bench.reader);
  const seen = inbox(reader);
  await reader.subscribeAsync(topic, { qos: 1 });
  await sleep(300);
  await reader.endAsync(true);
  return seen.messages.filter(({ retain }) => retain).length;
}

async function run({ say }: Given): Promise<Outcome> {
  const center = await startCenter();
  const failed: string[] = [];
  try {
    const station = await register(center, controlled('conform'));
    const reader = await registerReader(center, 'conform-reader');
    for (const [name, check] of Object.entries(CHECKS)) {
      const open: MqttClient[] = [];
      const connect: Bench['connect'] = async (login, more) => {
        const { username, password } = login;
        const all = { clientId: username, username, password, reconnectPeriod: 0, ...more };
        const client = await mqtt.connectAsync(center.mqttUrl, all, false);
        client.on('error', () => undefined);
        open.push(client);
        return client;
      };
      const instead = await check({ center, station, reader, connect });
      if (instead !== undefined) failed.push(`${name}: ${instead}`);
      say(`${instead === undefined ? 'so it is' : 'NOT SO'}: ${name}`);
      await Promise.all(open.map((client) => client.endAsync(true)));
    }
  } finally {
    await center.stop();
    await removeDataDir(center.dir);
  }
  const all = Object.keys(CHECKS).length;
  return failed.length === 0
    ? { state: 'kept', figures: `${all} of ${all} behaviours` }
    : { state: 'broken', figures: failed.join('; ') };
}

export const mqttConformance: Scenario = {
  name: 'mqtt-conformance',
  promise: 'The embedded broker behaves as MQTT 3.1.1 asks, within the permissions of the contract',
  run,
};
