/** HTTP, WebSocket and a share of MQTT over real sockets against a real center. */
import { ADMIN_TOKEN } from '../../support/center.ts';
import { metricsOf, sleep } from '../hostile/loaded-center.ts';
import { createRandom, type Random } from '../hostile/random.ts';
import { shrink, type Cases } from './case-file.ts';
import { httpCase } from './http-requests.ts';
import { greeting, packet, type MqttSource } from './mqtt-packets.ts';
import { STATION_SCHEMAS } from './station-schemas.ts';
import { BROKEN_PATIENCE_MS, endTarget, lives, startTarget, Talk, type Target } from './talk.ts';
import { handshake, harmlessFrame, lastFrame } from './ws-frames.ts';

/** Requests that are on their way at once on one connection; the center takes 32. */
const ROUND = 16;
const ROUNDS = 6;
/** Together below what the center answers at once: a request that is refused as one too many tries nothing. */
const AT_ONCE = 12;
const WATCH_MS = 2000;

const isFault = (statuses: readonly number[]): boolean => statuses.some((status) => status >= 500);

async function talkHttp(target: Target, random: Random, strangers: boolean): Promise<Talk> {
  const talk = new Talk(target, 'http', strangers ? `127.0.0.${2 + random.below(200)}` : undefined);
  const source = { random, token: strangers ? undefined : ADMIN_TOKEN };
  for (let round = 0, framed = true; round < ROUNDS && framed && !talk.closed; round += 1) {
    let asked = talk.sent.length;
    for (let each = 0; each < ROUND && framed; each += 1) {
      const made = httpCase(source);
      talk.send(made.bytes);
      asked += 1;
      framed = made.framed;
    }
    await talk.until(() => talk.statuses.length >= asked, framed ? undefined : BROKEN_PATIENCE_MS);
    framed &&= talk.statuses.length >= asked;
  }
  return talk;
}

async function talkWebSocket(target: Target, random: Random): Promise<Talk> {
  const talk = new Talk(target, 'http');
  talk.send(handshake(ADMIN_TOKEN));
  await talk.until(() => talk.heardBytes > 400);
  for (let frames = random.below(24); frames > 0 && !talk.closed; frames -= 1)
    talk.send(harmlessFrame(random));
  talk.send(lastFrame(random));
  if (random.oneIn(2)) talk.send(lastFrame(random));
  const heard = talk.heardBytes;
  // A frame that promises more than it brings is waited for by the center: so long nobody waits here.
  await Promise.race([talk.until(() => talk.heardBytes > heard), sleep(50)]);
  return talk;
}

async function talkMqtt(target: Target, random: Random): Promise<Talk> {
  const talk = new Talk(target, 'mqtt');
  const pool = { telemetry: [], status: [], report: [] };
  const source: MqttSource = { random, logins: target.logins, schemas: STATION_SCHEMAS, pool };
  const hello = greeting(source);
  talk.send(hello.bytes);
  await Promise.race([talk.until(() => talk.heardBytes >= 4), sleep(200)]);
  for (let packets = 0; packets < 40 && !talk.closed; packets += 1) {
    talk.send(packet(source, hello.stations));
    if (packets % 4 === 3) await new Promise((resolve) => setImmediate(resolve));
  }
  return talk;
}

export interface SocketCounts {
  readonly http: number;
  readonly webSocket: number;
  readonly mqtt: number;
}

export interface SocketResult {
  readonly done: SocketCounts;
  /** Most processor time that the center's main thread worked without a pause, s. */
  readonly busy_s: number;
  readonly statuses: ReadonlyMap<number, number>;
  readonly broken: Cases | undefined;
}

interface Running {
  readonly target: Target;
  readonly done: { http: number; webSocket: number; mqtt: number };
  readonly statuses: Map<number, number>;
  /** The latest connections, for when the center as a whole is seen to suffer. */
  readonly recent: Talk[];
  fault: { readonly fault: string; readonly talks: readonly Talk[] } | undefined;
}

function note(running: Running, talk: Talk, kind: keyof SocketCounts): void {
  const { recent, done, statuses } = running;
  recent.push(talk);
  if (recent.length > 200) recent.shift();
  for (const status of talk.statuses) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  // Of what was sent on HTTP only what was answered by more than "too many" counts; of others what found the connection open.
  done[kind] += kind === 'http' ? talk.statuses.filter((status) => status !== 429).length : talk.sent.length;
  const status = talk.statuses.find((each) => each >= 500);
  if (status !== undefined) running.fault ??= { fault: `an answer of ${status}`, talks: [talk] };
  talk.end();
}

async function watch(running: Running, until: () => boolean): Promise<number> {
  const { target } = running;
  let busy_s = 0;
  await metricsOf(target.center);
  let stalls = (await metricsOf(target.center))('event_loop_stalls');
  while (!until()) {
    await sleep(WATCH_MS);
    const metrics = await metricsOf(target.center).catch(() => undefined);
    if (!metrics) {
      if (!lives(target))
        running.fault ??= { fault: `the center ended:\n${target.center.log()}`, talks: running.recent };
      continue;
    }
    busy_s = Math.max(busy_s, metrics('event_loop_busy_max_seconds'));
    if (metrics('event_loop_stalls') > stalls) {
      running.fault ??= { fault: `the center stood still for ${busy_s} s`, talks: [...running.recent] };
    }
    stalls = metrics('event_loop_stalls');
  }
  return busy_s;
}

export async function fuzzSockets(given: {
  seed: number;
  counts: SocketCounts;
  say: (line: string) => void;
}): Promise<SocketResult> {
  const { seed, counts, say } = given;
  const target = await startTarget();
  const done = { http: 0, webSocket: 0, mqtt: 0 };
  const running: Running = { target, done, statuses: new Map(), recent: [], fault: undefined };
  const enough = (): boolean =>
    running.fault !== undefined ||
    (done.http >= counts.http && done.webSocket >= counts.webSocket && done.mqtt >= counts.mqtt);
  let next = seed;
  let said = 0;
  const lane = async (): Promise<void> => {
    while (!enough()) {
      next = (next + 1) >>> 0;
      const random = createRandom(next);
      // Whatever is furthest from its count comes next.
      const kind = (['http', 'webSocket', 'mqtt'] as const).reduce((least, each) =>
        done[each] * counts[least] < done[least] * counts[each] ? each : least,
      );
      if (kind === 'http') note(running, await talkHttp(target, random, random.oneIn(5)), kind);
      else if (kind === 'webSocket') note(running, await talkWebSocket(target, random), kind);
      else note(running, await talkMqtt(target, random), kind);
      if (done.http + done.webSocket - said > 100_000) {
        said = done.http + done.webSocket;
        say(`${done.http} HTTP, ${done.webSocket} WebSocket, ${done.mqtt} MQTT cases over sockets`);
      }
    }
  };
  say(`sockets: seed ${seed}`);
  try {
    const watched = watch(running, enough);
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const busy_s = await watched;
    const broken = running.fault && (await smaller(running.fault, seed, say));
    return { done, busy_s, statuses: running.statuses, broken };
  } finally {
    await endTarget(target);
  }
}

async function smaller(
  { fault, talks }: NonNullable<Running['fault']>,
  seed: number,
  say: (line: string) => void,
): Promise<Cases> {
  say(`${fault.split('\n')[0]}; making the case smaller`);
  // The first chunk of each says which port it is for.
  const connections = talks.map(({ kind, sent }) => [Buffer.from(kind), ...sent]);
  const fails = async (some: Cases['connections']): Promise<boolean> =>
    (await replaySockets(some)) !== undefined;
  const again = await fails(connections);
  const kept = again ? await shrink(connections, fails, 40) : connections;
  return {
    kind: 'sockets',
    seed,
    fault: again ? fault : `${fault} (did not happen again when replayed)`,
    connections: kept,
  };
}

/** Plays the connections one after the other against a center of its own; the fault, if there is one. */
export async function replaySockets(connections: Cases['connections']): Promise<string | undefined> {
  const target = await startTarget();
  try {
    const before = (await metricsOf(target.center))('event_loop_stalls');
    for (const chunks of connections) {
      const [port, ...packets] = chunks;
      const talk = new Talk(target, port?.toString() === 'mqtt' ? 'mqtt' : 'http');
      for (const [n, chunk] of packets.entries()) {
        talk.send(chunk);
        if (n % ROUND === ROUND - 1) await talk.until(() => talk.statuses.length > n);
      }
      await Promise.race([talk.until(() => talk.statuses.length >= packets.length), sleep(500)]);
      talk.end();
      if (isFault(talk.statuses)) return `an answer of ${talk.statuses.find((status) => status >= 500)}`;
    }
    await sleep(100);
    if (!lives(target)) return `the center ended:\n${target.center.log()}`;
    const stalls = (await metricsOf(target.center))('event_loop_stalls');
    return stalls > before ? 'the center stood still' : undefined;
  } finally {
    if (lives(target)) await endTarget(target);
  }
}
