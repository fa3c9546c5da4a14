import { liveChanges, liveMessage, liveSnapshot, type LiveChanges } from '@heat-center/api/live.ts';
import { stationRegistration } from '@heat-center/api/stations.ts';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandRecord } from '../../../domain/effects.ts';
import { FakeCenter, NOW } from '../../../testing/fake-center.ts';
import { STATION } from '../../../testing/http-fixture.ts';
import { registerStation } from '../../registry/registration.ts';
import { openRegistry, type RegistryFile } from '../../registry/registry.ts';
import { Views } from '../views.ts';
import {
  Feed,
  MAX_BUFFERED_BYTES,
  MAX_SILENT_MS,
  PING_MS,
  SESSION_MS,
  SIGNED_OUT,
  SPARED_AFTER_MS,
  TICK_MS,
  type FeedSocket,
} from './feed.ts';
import { FeedSource } from './source.ts';

class FakeSocket implements FeedSocket {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  pings = 0;
  closed: number | undefined;
  terminated = false;
  send(text: string | Buffer): void {
    this.sent.push(text.toString());
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number): void {
    this.closed = code;
  }
  terminate(): void {
    this.terminated = true;
  }
  /** The messages since the last call. */
  take() {
    return this.sent.splice(0).map((text) => liveMessage.parse(JSON.parse(text)));
  }
  changes(): LiveChanges[] {
    return this.take().map((message) => liveChanges.parse(message));
  }
}

let center: FakeCenter;
let registry: RegistryFile;
let feed: Feed;
let behind_s: number;
const signedOut = new Set<string>();
const actor = { by: 'test', at: NOW };

function register(id: string): void {
  registry.addStation(registerStation(stationRegistration.parse({ ...STATION, id })), actor);
}

beforeEach(() => {
  center = new FakeCenter();
  registry = openRegistry(':memory:');
  behind_s = 0;
  signedOut.clear();
  register('a');
  register('b');
  const { gate, readModel } = center;
  const source = new FeedSource({
    views: new Views({ registry, readModel, gate }),
    center: () => ({
      name: 'Heat Center',
      zone: 'Asia/Shanghai',
      epoch: gate.epoch,
      version: '0.1.0',
      epoch_conflicts: [],
      history_behind_s: behind_s,
      troubles: [],
    }),
    stationIds: () => registry.stations().map(({ config }) => config.id),
  });
  gate.listen(source.listener);
  feed = new Feed({
    source,
    now: () => center.now,
    stands: (session) => !signedOut.has(session),
    log: pino({ level: 'silent' }),
  });
});

function join(session?: string) {
  const socket = new FakeSocket();
  const client = feed.join(socket, session);
  return { socket, client };
}

function tick(ms = TICK_MS): void {
  center.now += ms;
  feed.tick();
}

describe('the live feed', () => {
  it('begins with a snapshot of all stations', () => {
    center.measure('a', { outdoor_c: -3 });
    const [message] = join().socket.take();
    const snapshot = liveSnapshot.parse(message);
    expect(Object.keys(snapshot.stations)).toEqual(['a', 'b']);
    expect(snapshot.stations.a?.points).toEqual({ outdoor_c: [NOW, -3, 'good'] });
    expect(snapshot.center).toMatchObject({ epoch: 7, zone: 'Asia/Shanghai' });
  });

  it('sends the latest value of what changed, in numbered messages', () => {
    const { socket } = join();
    socket.take();
    center.measure('a', { outdoor_c: -3, 'circuits.low.supply_c': 55 });
    center.measure('a', { outdoor_c: -2.9 });
    tick();
    const [first] = socket.changes();
    expect(first).toMatchObject({ n: 1, at: NOW + TICK_MS });
    expect(first?.stations.a?.points).toEqual({
      outdoor_c: [NOW, -2.9, 'good'],
      'circuits.low.supply_c': [NOW, 55, 'good'],
    });
    expect(first?.stations).not.toHaveProperty('b');
    center.measure('b', { tank_pct: 71 });
    tick();
    expect(socket.changes()).toMatchObject([
      { n: 2, stations: { b: { points: { tank_pct: [NOW + TICK_MS, 71, 'good'] } } } },
    ]);
  });

  it('sends fields of a station only when they change', () => {
    center.measure('a', { outdoor_c: -3 });
    const { socket } = join();
    socket.take();
    tick(1000);
    socket.take();
    center.touch('a', { faults: ['pump_b_trip'] });
    tick();
    expect(socket.changes()[0]?.stations.a).toEqual({
      state: 'faulty',
      state_since: center.now,
      faults: ['pump_b_trip'],
      alarms: [{ priority: 3, code: 'fault', since: center.now }],
    });
    center.touch('a');
    tick();
    expect(socket.take()).toEqual([]);
  });

  it('notices by itself what time alone changes', () => {
    center.measure('a', { outdoor_c: -3 });
    const { socket } = join();
    tick(1000);
    center.measure('a', { outdoor_c: -3 });
    tick(1000);
    socket.take();
    tick(180_000);
    socket.take();
    tick(TICK_MS);
    expect(socket.changes()[0]?.stations.a).toMatchObject({ state: 'stale', state_since: NOW + 1000 });
    behind_s = 40;
    tick(1000);
    socket.take();
    tick(TICK_MS);
    expect(socket.changes()[0]?.center).toMatchObject({ history_behind_s: 40 });
  });

  it('tells of stations that come and go, and of changed settings', () => {
    const { socket } = join();
    socket.take();
    register('c');
    registry.removeStation('b', actor);
    for (const id of ['b', 'c']) center.touch(id);
    tick();
    const [message] = socket.changes();
    expect(message?.stations.b).toBeNull();
    expect(message?.stations.c?.added).toMatchObject({ id: 'c', state: 'silent' });
    const record = registry.station('a');
    if (record) registry.changeStation({ ...record, priority: 'hospital' }, actor);
    center.touch('a');
    tick();
    expect(socket.changes()[0]?.stations.a).toEqual({ priority: 'hospital' });
  });

  it('tells decisions by circuit and commands by station', () => {
    const { socket } = join();
    socket.take();
    center.decide('a', {
      circuit: 'low',
      at: NOW,
      decisions: [
        {
          name: 'supply_c',
          value: undefined,
          wanted: undefined,
          reason: { code: 'no_input', params: {} },
          trace: [],
        },
      ],
    });
    const record: CommandRecord = {
      id: 'c1',
      kind: 'setpoints',
      by: 'center',
      at: NOW,
      ends_at: NOW,
      state: 'sent',
      asked: {},
      steps: [],
    };
    center.command('a', record);
    center.command('a', { ...record, state: 'accepted' });
    tick();
    const [message] = socket.changes();
    expect(message?.stations.a?.setpoints?.low).toMatchObject([{ name: 'supply_c', value: null }]);
    expect(message?.commands.a).toMatchObject([{ id: 'c1', state: 'accepted', circuit: null }]);
  });

  it('says something at least every 5 s', () => {
    const { socket } = join();
    socket.take();
    const times: number[] = [];
    for (let elapsed = 0; elapsed < 20_000; elapsed += TICK_MS) {
      tick();
      for (const { at } of socket.changes()) times.push(at);
    }
    const gaps = times.map((at, index) => at - (times[index - 1] ?? NOW));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
    expect(times.length).toBeLessThanOrEqual(5);
  });

  it('numbers for each client from its own snapshot, and misses nothing between', () => {
    const { socket: early } = join();
    center.measure('a', { outdoor_c: 1 });
    tick();
    center.measure('a', { outdoor_c: 2 });
    const { socket: late } = join();
    expect(liveSnapshot.parse(late.take()[0]).stations.a?.points.outdoor_c?.[1]).toBe(2);
    center.touch('b', { faults: ['x'], online: true, heard_at: center.now, live_at: center.now });
    tick();
    const [told] = late.changes();
    expect(told).toMatchObject({ n: 1, stations: { b: { faults: ['x'] } } });
    expect(early.take().at(-1)).toMatchObject({ n: 2, stations: { b: { faults: ['x'] } } });
  });

  it('begins anew when nobody listened for a while', () => {
    const { client } = join();
    client.gone();
    center.measure('a', { outdoor_c: 1 });
    tick();
    registry.removeStation('b', actor);
    center.touch('b');
    tick();
    const { socket } = join();
    const snapshot = liveSnapshot.parse(socket.take()[0]);
    expect(Object.keys(snapshot.stations)).toEqual(['a']);
    tick();
    expect(socket.take()).toEqual([]);
  });
});

describe('nobody watching', () => {
  it('does not keep a deviation from being noticed', () => {
    for (let minute = 0; minute <= 10; minute += 1) {
      center.measure('a', { 'circuits.low.supply_c': 50, 'circuits.low.supply_set_c': 55 });
      tick(60_000);
    }
    const snapshot = liveSnapshot.parse(join().socket.take()[0]);
    expect(snapshot.stations.a).toMatchObject({ state: 'deviating', deviation_k: 5 });
  });
});

describe('a slow client', () => {
  it('is spared, then gets everything it missed once, with the latest values', () => {
    const { socket: slow } = join();
    const { socket: quick } = join();
    for (const socket of [slow, quick]) socket.take();
    slow.bufferedAmount = MAX_BUFFERED_BYTES + 1;
    for (const value of [1, 2, 3]) {
      center.measure('a', { outdoor_c: value, [`rooms.r${value}.air_c`]: 20 });
      tick();
    }
    expect(quick.changes().map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(slow.take()).toEqual([]);
    slow.bufferedAmount = 0;
    center.measure('b', { tank_pct: 5 });
    tick();
    const [message, ...others] = slow.changes();
    expect(others).toEqual([]);
    expect(message?.n).toBe(1);
    expect(Object.keys(message?.stations.a?.points ?? {})).toEqual([
      'outdoor_c',
      'rooms.r1.air_c',
      'rooms.r2.air_c',
      'rooms.r3.air_c',
    ]);
    expect(message?.stations.a?.points?.outdoor_c?.[1]).toBe(3);
    expect(message?.stations.a?.state).toBe('good');
    expect(message?.stations.b?.points).toHaveProperty('tank_pct');
    center.measure('a', { outdoor_c: 4 });
    tick();
    expect(slow.changes()[0]?.n).toBe(2);
  });

  it('is spared too while a ping waits behind what it has not read yet', () => {
    const { socket, client } = join();
    tick(PING_MS);
    tick(SPARED_AFTER_MS / 2);
    tick(SPARED_AFTER_MS / 2);
    socket.take();
    for (const value of [1, 2]) {
      center.measure('a', { outdoor_c: value });
      tick();
    }
    expect(socket.take()).toEqual([]);
    client.alive();
    tick();
    expect(socket.changes()[0]?.stations.a?.points?.outdoor_c?.[1]).toBe(2);
  });

  it('is kept while bytes leave, and dropped when none do and no ping is answered', () => {
    const { socket } = join();
    tick(PING_MS);
    for (let unsent = 40; unsent > 0; unsent -= 1) {
      socket.bufferedAmount = unsent * MAX_BUFFERED_BYTES;
      tick();
    }
    for (let passed = TICK_MS; passed < MAX_SILENT_MS; passed += TICK_MS) tick();
    expect(socket.terminated).toBe(false);
    tick();
    expect(socket.terminated).toBe(true);
    expect(feed.size).toBe(0);
  });
});

describe('a connection', () => {
  it('that does not answer pings is ended, unless it was the center that stood still', () => {
    const dead = join();
    const well = join();
    for (const ping of [1, 2]) {
      tick(PING_MS);
      expect(well.socket.pings).toBe(ping);
      well.client.alive();
    }
    expect([dead.socket.pings, well.socket.pings]).toEqual([1, 2]);
    tick(60_000);
    expect(dead.socket.terminated).toBe(false);
    for (let passed = 0; passed < MAX_SILENT_MS; passed += TICK_MS) {
      well.client.alive();
      tick();
    }
    expect([dead.socket.terminated, well.socket.terminated]).toEqual([true, false]);
  });

  it('ends with its session', () => {
    const one = join('s1');
    const other = join('s2');
    signedOut.add('s1');
    feed.review();
    expect([one.socket.closed, other.socket.closed]).toEqual([SIGNED_OUT, undefined]);
    signedOut.add('s2');
    tick(SESSION_MS);
    expect(other.socket.closed).toBe(SIGNED_OUT);
  });
});
