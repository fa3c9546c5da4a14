import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '@heat-center/contract/messages.ts';
import { kept, started, stepCommands } from './commands.ts';
import { RULES, SEEN, T0 } from '../testing/command-bench.ts';
import type { CommandState, Readback } from './rules.ts';
import { targetsOf, type Targets } from './targets.ts';

/** Commands arrive in any order, any number of times, this late at most; heartbeats sooner (ms). */
const LONGEST_DELAY_MS = 150_000;
const LONGEST_BEAT_DELAY_MS = 4000;
const delay_ms = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 1500 }) },
  { weight: 1, arbitrary: fc.nat({ max: LONGEST_DELAY_MS }) },
);

const bad = fc.record(
  {
    attic: fc.constant({ supply_c: 50 }),
    low: fc.record({
      supply_c: fc.constantFrom(-1e9, 24, 91, 1e9),
      flow_m3_h: fc.integer({ min: 0, max: 100 }),
    }),
  },
  { requiredKeys: [] },
);
const good = fc.record(
  {
    low: fc.record({
      supply_c: fc.integer({ min: 25, max: 90 }),
      flow_m3_h: fc.integer({ min: 10, max: 60 }),
    }),
    floor: fc.record({
      supply_c: fc.integer({ min: 20, max: 55 }),
      dp_kpa: fc.integer({ min: 20, max: 150 }),
    }),
    dhw: fc.record({ supply_c: fc.integer({ min: 45, max: 70 }) }),
  },
  { requiredKeys: ['low'] },
);

/** What a center would send: epoch and seq grow with each, time of issue is when the step happens. */
const order = fc.record({
  kind: fc.constantFrom(
    'setpoints',
    'setpoints',
    'setpoints',
    'release',
    'cancel',
    'select',
    'operate',
    'fallback',
  ),
  circuits: fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad }),
  valid_s: fc.integer({ min: 1, max: 120 }),
  newEpoch: fc.nat({ max: 9 }).map((one) => one === 0),
  fromBefore: fc.nat({ max: 9 }).map((one) => one === 0),
  hold_s: fc.integer({ min: 1, max: 60 }),
  delay_ms,
  copies: fc.integer({ min: 1, max: 3 }),
  spread_ms: delay_ms,
});

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('order' as const), order }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('beats' as const),
      seconds: fc.integer({ min: 1, max: 40 }),
      delay_ms: fc.nat({ max: LONGEST_BEAT_DELAY_MS }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('quiet' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('mode' as const),
      mode: fc.constantFrom(
        'remote' as const,
        'remote' as const,
        'remote' as const,
        'local' as const,
        'manual' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('frost' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('noise' as const), bytes: fc.uint8Array({ maxLength: 60 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Issued {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly valid_s: number;
}

interface Letter {
  readonly due_ms: number;
  readonly deliver: (world: World) => void;
}

const encoder = new TextEncoder();

/** How often something was really obeyed, so that the properties do not hold for want of cases. */
const seen = { accepted: 0, followed: 0, stopped: 0 };

/** A center, a network that delays and repeats, and a station; the invariants are checked after every event. */
class World {
  mono_ms = 0;
  state: CommandState = started(undefined, 'remote', { mono_ms: 0, wall_ms: T0 }).state;
  frost: readonly string[] = [];
  epoch = 7;
  seq = 0;
  readonly issued = new Map<string, Issued>();
  readonly letters: Letter[] = [];
  readonly answers = new Map<string, Report>();
  readonly accepted: Issued[] = [];

  /** The center's true time. */
  get at(): number {
    return T0 + this.mono_ms;
  }

  targets(): Targets {
    return targetsOf(RULES, this.state, { ...SEEN, frost: this.frost });
  }

  readback(): Readback {
    const { circuits, primary } = this.targets();
    const held = Object.entries(circuits).map(([id, { supply_c: held_c, flow_m3_h = 0, dp_kpa = 0 }]) => [
      id,
      { supply_c: held_c, flow_m3_h, dp_kpa },
    ]);
    return { circuits: Object.fromEntries(held), primary, stopped: {} };
  }

  now(): { mono_ms: number; wall_ms: number } {
    return { mono_ms: this.mono_ms, wall_ms: this.at };
  }

  take(stepped: { state: CommandState; reports: readonly Report[] }): void {
    this.state = stepped.state;
    for (const report of stepped.reports) this.#answered(report);
    this.#check();
  }

  #answered(report: Report): void {
    const earlier = this.answers.get(report.id);
    this.answers.set(report.id, report);
    if (report.state !== 'accepted' || earlier?.state === 'accepted') return;
    if (earlier) throw new Error(`${report.id} was ${earlier.state} and then accepted`);
    const command = this.issued.get(report.id);
    if (!command) throw new Error(`accepted ${report.id}, which nobody sent`);
    const last = this.accepted.at(-1);
    const later =
      !last || command.epoch > last.epoch || (command.epoch === last.epoch && command.seq > last.seq);
    if (!later) throw new Error(`obeyed ${command.epoch}/${command.seq} after ${last.epoch}/${last.seq}`);
    if (this.at > command.at + command.valid_s * 1000 + LONGEST_BEAT_DELAY_MS)
      throw new Error(`accepted ${report.id}, long over`);
    this.accepted.push(command);
    seen.accepted += 1;
  }

  /** What must hold at every moment, whatever came before. */
  #check(): void {
    const { leases, watch, mode, holds } = this.state;
    for (const circuit of RULES.circuits) {
      const target = this.targets().circuits[circuit.id];
      if (!target) throw new Error(`no target for ${circuit.id}`);
      const within = target.supply_c >= circuit.supply.min && target.supply_c <= circuit.supply.max;
      if (!within) throw new Error(`${circuit.id} works to ${target.supply_c} °C`);
      const flow = circuit.accepts.flow_m3_h;
      if (
        target.flow_m3_h !== undefined &&
        !(flow && target.flow_m3_h >= flow.min && target.flow_m3_h <= flow.max)
      ) {
        throw new Error(`${circuit.id} works to ${target.flow_m3_h} m³/h`);
      }
      if (target.follows === 'center' && (mode !== 'remote' || watch.alone))
        throw new Error('follows nobody');
      if (target.follows === 'center') seen.followed += 1;
      if (target.stopped.length > 0) seen.stopped += 1;
      const frozen = this.frost.includes(circuit.id) && (target.stopped.length > 0 || target.valve_closed);
      if (frozen) throw new Error(`${circuit.id} stands still in the frost`);
    }
    for (const { command } of [...leases, ...holds]) {
      if (!this.accepted.some(({ id }) => id === command.id))
        throw new Error(`${command.id} is in force, never accepted`);
    }
    for (const { command } of leases) {
      const { at, valid_s } = this.issued.get(command.id) ?? { at: 0, valid_s: 0 };
      if (this.at > at + valid_s * 1000 + LONGEST_BEAT_DELAY_MS + 1000)
        throw new Error(`${command.id} outlived its lease`);
    }
  }

  send(delay_ms: number, deliver: (world: World) => void): void {
    this.letters.push({ due_ms: this.mono_ms + delay_ms, deliver });
  }

  second(): void {
    this.mono_ms += 1000;
    const due = this.letters
      .filter(({ due_ms }) => due_ms <= this.mono_ms)
      .toSorted((a, b) => a.due_ms - b.due_ms);
    for (const letter of due) {
      this.letters.splice(this.letters.indexOf(letter), 1);
      letter.deliver(this);
    }
    this.take(
      stepCommands(RULES, this.state, {
        type: 'tick',
        now: this.now(),
        readback: this.readback(),
        frost: this.frost,
      }),
    );
  }
}

const receive = (world: World, bytes: Uint8Array): void => {
  const before = world.targets();
  const known = world.state.reports.length;
  const stepped = stepCommands(RULES, world.state, {
    type: 'command',
    now: world.now(),
    bytes,
    frost: world.frost,
  });
  world.take(stepped);
  const last = stepped.reports.at(-1);
  const refused = stepped.reports.length === 1 && last?.state === 'refused';
  if (refused && known > 0 && JSON.stringify(before) !== JSON.stringify(world.targets())) {
    throw new Error('a refused command changed what the loops work to');
  }
};

function issue(world: World, sent: typeof order extends fc.Arbitrary<infer T> ? T : never): void {
  if (sent.newEpoch) {
    world.epoch += 1;
    world.seq = 0;
  }
  world.seq += 1;
  const epoch = world.epoch - (sent.fromBefore ? 1 : 0);
  const id = `${world.epoch}-${world.seq}`;
  const earlier = [...world.issued.keys()].at(-1) ?? 'none';
  const head = { v: 1, id, epoch, seq: world.seq, at: world.at, valid_s: sent.valid_s, kind: sent.kind };
  const limits = { supply_min_c: 30, supply_max_c: 60 };
  const curve = [-30, -15, -5, 0, 5, 15].map((outdoor_c) => [outdoor_c, 45]);
  const more = {
    setpoints: { circuits: sent.circuits, after: { offset_k: -sent.hold_s / 6, for_s: sent.hold_s } },
    release: {},
    cancel: { cancels: earlier },
    select: { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 20 },
    operate: { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 20 },
    fallback: { limits_rev: world.seq, circuits: { low: { curve, limits } } },
  };
  const message = { ...head, ...more[sent.kind] };
  world.issued.set(id, { id, epoch, seq: world.seq, at: world.at, valid_s: sent.valid_s });
  const bytes = encoder.encode(JSON.stringify(message));
  for (let copy = 0; copy < sent.copies; copy += 1) {
    world.send(Math.min(LONGEST_DELAY_MS, sent.delay_ms + copy * sent.spread_ms), (at) => receive(at, bytes));
  }
}

function play(world: World, one: Step): void {
  switch (one.type) {
    case 'order':
      issue(world, one.order);
      world.second();
      break;
    case 'beats':
      for (let second = 0; second < one.seconds; second += 1) {
        if (second % 5 === 0) {
          const heartbeat = { v: 1 as const, epoch: world.epoch, at: world.at, every_s: 5 };
          world.send(one.delay_ms, (at) =>
            at.take(stepCommands(RULES, at.state, { type: 'heartbeat', now: at.now(), heartbeat })),
          );
        }
        world.second();
      }
      break;
    case 'quiet':
      for (let second = 0; second < one.seconds; second += 1) world.second();
      break;
    case 'restart':
      world.take(started(structuredClone(kept(world.state)), world.state.mode, world.now()));
      break;
    case 'mode':
      world.take(stepCommands(RULES, world.state, { type: 'mode', now: world.now(), mode: one.mode }));
      break;
    case 'frost':
      world.frost = one.on ? ['low', 'floor'] : [];
      world.take({ state: world.state, reports: [] });
      break;
    default:
      receive(world, one.bytes);
  }
}

describe('whatever order, repetition or delay', () => {
  it('nothing unsafe is applied, and nothing outlives its lease', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
        const world = new World();
        play(world, { type: 'beats', seconds: 6, delay_ms: 0 });
        for (const one of steps) play(world, one);
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
    expect(seen.accepted).toBeGreaterThan(300);
    expect(seen.followed).toBeGreaterThan(1000);
    expect(seen.stopped).toBeGreaterThan(20);
  });

  it('after silence every accepted command has come to an end', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), (steps) => {
        const world = new World();
        play(world, { type: 'beats', seconds: 6, delay_ms: 0 });
        for (const one of steps) play(world, one);
        for (let second = 0; second < 240; second += 1) world.second();
        for (const [id, { state }] of world.answers) {
          const open = [...world.state.leases, ...world.state.holds].some(({ command }) => command.id === id);
          expect(open, `${id} is ${state}`).toBe(false);
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
