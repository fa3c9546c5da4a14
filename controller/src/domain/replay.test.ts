import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyInput, createCenter, restoredCenter, type CenterState } from './center.ts';
import type { Effect } from './effects.ts';
import type { CenterInput } from './inputs.ts';
import { DHW, HEALTHY, LOW, stationConfig, T0, telemetry } from './testing.ts';

const STATIONS = ['a', 'b', 'c'];
const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };

const station = fc.constantFrom(...STATIONS);
const temperature = fc.option(fc.integer({ min: -20, max: 90 }), { nil: null });

const input: fc.Arbitrary<(at: number) => CenterInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ station, outdoor: temperature, back: temperature, late: fc.constantFrom(0, 0, 0, 90_000) })
      .map(({ station: id, outdoor, back, late }) => (at: number): CenterInput => ({
        kind: 'telemetry',
        at,
        station: id,
        telemetry: telemetry(at - late, { ...HEALTHY, outdoor_c: outdoor, 'primary.return_c': back }),
      })),
  },
  { weight: 4, arbitrary: fc.constant((at: number): CenterInput => ({ kind: 'tick', at, local })) },
  fc
    .record({
      station,
      mode: fc.constantFrom('remote', 'remote', 'local'),
      state: fc.constantFrom('online', 'online', 'offline'),
      limits_rev: fc.constantFrom(2, 3),
    })
    .map(({ station: id, ...status }) => (at: number): CenterInput => ({
      kind: 'status',
      at,
      station: id,
      status: { v: 1, boot: 'b', at, ...status },
      will: status.state === 'offline',
    })),
  fc
    .record({
      station,
      seq: fc.integer({ min: 1, max: 12 }),
      state: fc.constantFrom('accepted', 'refused', 'applied', 'expired', 'superseded'),
      why: fc.constantFrom('out_of_range', 'stale', 'wrong_epoch'),
      epoch: fc.constantFrom(7, 7, 9),
    })
    .map(({ station: id, ...report }) => (at: number): CenterInput => ({
      kind: 'report',
      at,
      station: id,
      report: { v: 1, at, id: `c-7-${report.seq}-${id}`, ...report },
    })),
  fc
    .record({
      station,
      circuit: fc.constantFrom('low', 'tap'),
      supply_c: fc.integer({ min: 20, max: 90 }),
      hold_s: fc.constantFrom(60, 3600),
    })
    .map(({ station: id, circuit, supply_c, hold_s }) => (at: number): CenterInput => ({
      kind: 'wish',
      at,
      station: id,
      wish: {
        kind: 'setpoints',
        id: `w${at}`,
        by: 'li',
        reason: '',
        circuit,
        setpoints: { supply_c },
        hold_s,
      },
    })),
  fc.record({ station, connected: fc.boolean() }).map((session) => (at: number): CenterInput => ({
    kind: 'session',
    at,
    ...session,
  })),
  fc
    .record({ station, limits_rev: fc.constantFrom(3, 4), control: fc.constantFrom('on', 'on', 'observe') })
    .map(({ station: id, ...changes }) => (at: number): CenterInput => ({
      kind: 'settings',
      at,
      station: stationConfig({ id, circuits: [LOW, DHW], ...changes }),
    })),
  fc.constant((at: number): CenterInput => ({ kind: 'start', at, epoch: 8, commit: 'test', node: '24' })),
  fc.constant((at: number): CenterInput => ({ kind: 'epoch', at, epoch: 9, by: 'li' })),
);

const course = fc
  .array(fc.tuple(input, fc.constantFrom(100, 1000, 5000, 20_000)), { minLength: 5, maxLength: 150 })
  .map((steps) => {
    let at = T0;
    const settled = STATIONS.map((id): CenterInput => ({
      kind: 'settings',
      at,
      station: stationConfig({ id, circuits: [LOW, DHW] }),
    }));
    const start: CenterInput = { kind: 'start', at, epoch: 7, commit: 'test', node: '24' };
    const rest = steps.map(([make, pause]) => {
      at += pause;
      return make(at);
    });
    return [...settled, start, ...rest];
  });

const run = (inputs: readonly CenterInput[], center: CenterState = createCenter()): Effect[] =>
  inputs.flatMap((one) => applyInput(center, one));

describe('the same inputs', () => {
  it('give the same effects, also over a snapshot in the middle', () => {
    let sent = 0;
    fc.assert(
      fc.property(course, fc.nat(), (inputs, cut) => {
        const first = run(inputs);
        expect(run(inputs)).toEqual(first);
        const middle = cut % inputs.length;
        const center = createCenter();
        const before = run(inputs.slice(0, middle), center);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was just serialised
        const restored = restoredCenter(deserialize(serialize(center)) as CenterState);
        expect([...before, ...run(inputs.slice(middle), restored)]).toEqual(first);
        sent += first.filter(({ kind }) => kind === 'send').length;
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(sent).toBeGreaterThan(100);
  });
});
