/** The same journal gives the same commands: what a center did over a restart, decided again from its inputs alone. */
import { topicOf } from '@heat-center/contract/topics.ts';
import { createJournalReader } from '@heat-center/controller/adapters/journal/reader.ts';
import { inputOf } from '@heat-center/controller/center/records.ts';
import { applyRunning, createRunningState } from '@heat-center/controller/center/state.ts';
import type { JournalRecord } from '@heat-center/controller/ports.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  controlled,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';

const READ_BYTES = 1024 * 1024;

let dir = '';
beforeAll(async () => {
  dir = await newDataDir();
});
afterAll(() => removeDataDir(dir));

type Json = Record<string, unknown>;

/** What a station answers to a command: takes it, refuses it, or says nothing. */
type Manner = 'obedient' | 'stubborn' | 'mute';

interface Scripted {
  readonly commands: Json[];
  /** Publishes a message on one of its own topics. */
  say(channel: 'telemetry' | 'status', body: unknown): Promise<unknown>;
  leave(): Promise<void>;
}

let seq = 0;
const sample = (outdoor_c: number | null, more: object = {}): Json => ({
  v: 1,
  boot: 'determinism00001',
  seq: ++seq,
  at: Date.now(),
  primary: { supply_c: 98.4, return_c: 51.2, flow_m3_h: 21.7 },
  circuits: { low: { supply_c: 55.1, return_c: 43.9, supply_set_c: 55, follows: 'center' } },
  outdoor_c,
  rooms: { '1-101': { air_c: 17 + (seq % 10) / 10 } },
  ...more,
});

async function station(center: CenterProcess, login: Login, manner: Manner): Promise<Scripted> {
  const client = await connect(center, login);
  const id = login.username;
  const commands: Json[] = [];
  const publish = (channel: 'telemetry' | 'status' | 'report', body: unknown): Promise<unknown> =>
    client.publishAsync(topicOf(id, channel), JSON.stringify(body), { qos: 1 });
  client.on('message', (_, payload) => {
    const command = JSON.parse(payload.toString()) as Json;
    commands.push(command);
    const head = { v: 1, id: command.id, epoch: command.epoch, seq: command.seq, at: Date.now() };
    if (manner === 'stubborn') void publish('report', { ...head, state: 'refused', why: 'interlock' });
    if (manner !== 'obedient') return;
    void publish('report', { ...head, state: 'accepted' });
    const { circuits, limits_rev } = command;
    const readback = {
      ...(circuits ? { circuits } : {}),
      ...(limits_rev === undefined ? {} : { limits_rev }),
    };
    void publish('report', { ...head, state: 'applied', readback });
  });
  await client.subscribeAsync(topicOf(id, 'command'), { qos: 1 });
  await publish('status', {
    v: 1,
    state: 'online',
    boot: 'determinism00001',
    at: Date.now(),
    mode: 'remote',
  });
  return { commands, say: publish, leave: () => client.endAsync() };
}

const has = (scripted: Scripted, kind: string): boolean =>
  scripted.commands.some((command) => command.kind === kind);

interface Life {
  readonly center: CenterProcess;
  readonly stations: readonly Scripted[];
}

/** All stations under changing weather, one with a sensor that fails, while `meanwhile` goes on. */
async function live(
  center: CenterProcess,
  logins: readonly Login[],
  meanwhile: (life: Life) => Promise<void>,
): Promise<void> {
  const manners = ['obedient', 'stubborn', 'mute', 'obedient'] as const;
  const stations = await Promise.all(
    logins.map((login, index) => station(center, login, manners[index] ?? 'mute')),
  );
  let outdoor_c = -6;
  const weather = setInterval(() => {
    outdoor_c += 0.7;
    for (const [index, each] of stations.entries()) {
      void each.say('telemetry', sample(index === 3 && outdoor_c > -2 ? null : outdoor_c));
    }
  }, 500);
  await meanwhile({ center, stations });
  clearInterval(weather);
  await Promise.all(stations.map((each) => each.leave()));
}

const wish = ({ center }: Life, id: string, body: object): Promise<{ id: string }> =>
  center.call('POST', `/api/v1/stations/${id}/commands`, { reason: 'a test', ...body });

async function commanded({ stations: [first, second] }: Life): Promise<void> {
  await expect
    .poll(() => has(first!, 'setpoints') && has(second!, 'setpoints'), { timeout: 30_000 })
    .toBe(true);
}

/** Some of everything else that the cycle reads: wishes, late and odd samples, faults, modes. */
async function eventful(life: Life): Promise<void> {
  const [first, second, , fourth] = life.stations;
  await commanded(life);
  const wished = await wish(life, 'same-0', {
    kind: 'setpoints',
    circuit: 'low',
    supply_c: 58,
    hold_s: 3600,
  });
  await wish(life, 'same-1', { kind: 'setpoints', circuit: 'low', supply_c: 52, hold_s: 600 });
  const { boot, ...odd } = sample(99);
  await first!.say('telemetry', { v: 1, boot, samples: [odd, { seq: 1 }] });
  await first!.say('telemetry', sample(-3, { at: Date.now() - 7_200_000, unheard_of: { supply_c: 1 } }));
  await second!.say('telemetry', sample(-3, { at: Date.now() + 3_600_000 }));
  await second!.say('telemetry', sample(-3, { primary: { supply_c: null }, faults: ['pump_b_trip'] }));
  const online = { v: 1, state: 'online', boot, at: Date.now() };
  await fourth!.say('status', { ...online, mode: 'local' });
  await configured(life);
  const before = first!.commands.length;
  await expect.poll(() => first!.commands.length, { timeout: 30_000 }).toBeGreaterThan(before);
  await wish(life, 'same-0', { kind: 'cancel', cancels: wished.id });
  await fourth!.say('status', { ...online, at: Date.now(), mode: 'remote' });
  await expect.poll(() => first!.commands.length, { timeout: 30_000 }).toBeGreaterThan(before + 1);
}

/** Settings that remember something from cycle to cycle, and a forecast. */
async function configured({ center }: Life): Promise<void> {
  const url = '/api/v1/stations/same-0';
  const { circuits } = await center.call<{ circuits: Json[] }>('GET', url);
  const schedule = {
    comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }],
    night: { kind: 'setback', room_k: 3 },
    boost: { supply_k: 4, for_s: 3600 },
  };
  const settings = { schedule, regulation: { mode: 'stepped' }, room_feedback: {}, curve: { shift_k: 2 } };
  const primary_limits = {
    power_max_kw: 800,
    return_slide: [
      [-10, 50],
      [5, 45],
    ],
  };
  await center.call('PATCH', url, { circuits: [{ ...circuits[0], ...settings }], primary_limits });
  const hours = [-1, 1, 3].map((hour) => [Date.now() + hour * 3_600_000, hour - 5]);
  await center.call('POST', '/api/v1/forecast', { source: 'a test', issued_at: Date.now(), hours });
}

async function records(): Promise<JournalRecord[]> {
  const reader = createJournalReader({ dir: `${dir}/journal` });
  const all: JournalRecord[] = [];
  for (let position = 0; ;) {
    const next = await reader.read(position, READ_BYTES);
    const last = next.at(-1);
    if (!last) break;
    all.push(...next);
    position = last.end;
  }
  await reader.close();
  return all;
}

describe('the journal', () => {
  it('gives the same commands when it is decided again from its beginning', async () => {
    const first = await startCenter({ dir });
    const logins: Login[] = [];
    for (let n = 0; n < 4; n += 1) logins.push(await register(first, controlled(`same-${n}`)));
    await live(first, logins, eventful);
    expect(await first.stop()).toBe(0);
    // The second start goes on from a snapshot; from the beginning it must come out the same.
    const second = await startCenter({ dir });
    expect(second.log()).toMatch(/"from":[1-9]\d*,"msg":"state restored/);
    await live(second, logins, commanded);
    expect(await second.stop()).toBe(0);

    const all = await records();
    const state = createRunningState();
    const again: string[] = [];
    for (const record of all) {
      const input = inputOf(record);
      if (!input) continue;
      for (const effect of applyRunning(state, input).effects) {
        if (effect.kind !== 'heartbeat') again.push(JSON.stringify(effect));
      }
    }
    const decoder = new TextDecoder();
    const done = all.filter(({ kind }) => kind === 'effect').map(({ body }) => decoder.decode(body));
    const sends = (effects: readonly string[]): string[] =>
      effects.filter((effect) => (JSON.parse(effect) as { kind: string }).kind === 'send');
    expect(sends(done).length).toBeGreaterThanOrEqual(12);
    expect(sends(again)).toEqual(sends(done));
    // What was decided and what became of commands as well, in the same order.
    expect(again).toEqual(done);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(
      new Set([
        'start',
        'settings',
        'telemetry',
        'status',
        'report',
        'session',
        'wish',
        'forecast',
        'tick',
        'effect',
      ]),
    );
  });
});
