/** Properties of control over random settings and weather, through the center as it runs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stationView } from './center-view.ts';
import { applyInput, createCenter } from './center.ts';
import type { CircuitConfig, CurveSettings, Regulation, Schedule } from './config.ts';
import type { Decision } from './effects.ts';
import { EQUIPMENT_MAXIMUM_C } from './physics/equipment.ts';
import { DHW, HEALTHY, LOW, stationConfig, STATION, T0, telemetry } from './testing.ts';

const DAY_MIN = 1440;

const regulation: fc.Arbitrary<Regulation | undefined> = fc.option(
  fc.oneof(
    fc.constant<Regulation>({ mode: 'quality' }),
    fc.constant<Regulation>({ mode: 'stepped' }),
    fc.integer({ min: 50, max: 80 }).map((supply_c): Regulation => ({ mode: 'quantity', supply_c })),
    fc.double({ min: 0, max: 1, noNaN: true }).map((exponent): Regulation => ({ mode: 'mixed', exponent })),
  ),
  { nil: undefined },
);

const curve: fc.Arbitrary<CurveSettings> = fc.record({
  shift_k: fc.integer({ min: -10, max: 10 }),
  internal_gain_k: fc.integer({ min: 0, max: 10 }),
});

const schedule: fc.Arbitrary<Schedule | undefined> = fc.option(
  fc.record({
    comfort: fc.constant([{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }]),
    night: fc.oneof(
      fc.integer({ min: 1, max: 8 }).map((room_k) => ({ kind: 'setback' as const, room_k })),
      fc.constant({ kind: 'off' as const }),
    ),
    boost: fc.option(fc.constant({ supply_k: 8, for_s: 3600 }), { nil: undefined }),
    start: fc.constantFrom('fixed' as const, 'optimised' as const),
  }),
  { nil: undefined },
);

const settings = fc.record({
  kind: fc.constantFrom('radiators' as const, 'floor' as const, 'ventilation' as const),
  regulation,
  curve,
  schedule,
  feedback: fc.boolean(),
  ramp_k_per_min: fc.constantFrom(0.3, 1, 5),
  supply_min_c: fc.integer({ min: 20, max: 35 }),
  supply_max_c: fc.integer({ min: 40, max: 95 }),
});
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

function circuitOf(given: Settings): CircuitConfig {
  const { kind, regulation: mode, feedback, ramp_k_per_min, supply_min_c, supply_max_c } = given;
  const limits = { ...LOW.limits, ramp_k_per_min, supply_min_c, supply_max_c };
  const design = kind === 'floor' ? { supply_c: 45, return_c: 35, outdoor_c: -10.1, room_c: 18 } : LOW.design;
  return {
    ...LOW,
    kind,
    design,
    limits,
    regulation: mode,
    curve: given.curve,
    schedule: given.schedule,
    room_feedback: feedback ? {} : undefined,
  };
}

interface Told {
  readonly minute: number;
  readonly supply: Decision;
  readonly flow: Decision | undefined;
  readonly tap: number | undefined;
}

/** As it stands now: the center moves its decisions on in place. */
const decision = (decisions: readonly Decision[] | undefined, name: Decision['name']) =>
  structuredClone(decisions?.find((one) => one.name === name));

/** A station for some hours under a weather: what is decided every minute. */
function live(given: {
  readonly circuit: CircuitConfig;
  readonly minutes: number;
  readonly weather: (minute: number) => number;
}): Told[] {
  const center = createCenter();
  const station = stationConfig({
    control: 'observe',
    every_s: { default: 60, meter: 900 },
    circuits: [given.circuit, DHW],
    primary_limits: { return_max_c: 60 },
  });
  applyInput(center, { kind: 'settings', at: T0, station });
  const course: Told[] = [];
  for (let minute = 0; minute < given.minutes; minute += 1) {
    const at = T0 + minute * 60_000;
    const day = 22 + Math.floor(minute / DAY_MIN);
    const local = { year: 2026, month: 11, day, weekday: 7, minute_of_day: minute % DAY_MIN };
    const rooms = { 'rooms.a.air_c': 17 + Math.sin(minute / 300) };
    const points = { ...HEALTHY, ...rooms, outdoor_c: given.weather(minute) };
    applyInput(center, { kind: 'tick', at, local });
    const sample = telemetry(at + 1000, points);
    applyInput(center, { kind: 'telemetry', at: at + 1000, station: STATION, telemetry: sample });
    const [low, tap] = stationView(center, STATION)?.decisions ?? [];
    const supply = decision(low?.decisions, 'supply_c');
    const flow = decision(low?.decisions, 'flow_m3_h');
    if (supply && minute > 0)
      course.push({ minute, supply, flow, tap: decision(tap?.decisions, 'supply_c')?.value });
  }
  return course;
}

const RUNS = { numRuns: 25, seed: 11 };
const weatherOf = (seed: number) => (minute: number) =>
  -4 + 8 * Math.sin(minute / 230 + seed) + 4 * Math.sin(minute / 37 + 2 * seed);

const isFrost = ({ supply }: Told): boolean => supply.trace.some(({ reason }) => reason.code === 'frost');

/** Mean water temperature that a decision leads to, from the design's cooling at the load of the weather. */
function meanOf({ supply, flow }: Told, circuit: CircuitConfig, outdoor_c: number): number {
  const { design, curve: { internal_gain_k = 0 } = {} } = circuit;
  if (!design) throw new Error('The circuit has no design.');
  const load = (18 - outdoor_c - internal_gain_k) / (28.1 - internal_gain_k);
  const half_k = ((design.supply_c - design.return_c) / 2) * Math.min(Math.max(load, 0), 1.2);
  const full_m3_h = circuit.kind === 'floor' ? 137.2 : 54.9;
  return (supply.wanted ?? Number.NaN) - (half_k * full_m3_h) / (flow?.wanted ?? full_m3_h);
}

describe('whatever is set, in all weathers', () => {
  it('supply and flow stay within limits; only frost and equipment go beyond', () => {
    fc.assert(
      fc.property(settings, fc.nat(100), (given, seed) => {
        const circuit = circuitOf(given);
        const max = Math.min(given.supply_max_c, EQUIPMENT_MAXIMUM_C[given.kind]);
        for (const told of live({ circuit, minutes: 600, weather: weatherOf(seed) })) {
          expect(told.supply.value).toBeGreaterThanOrEqual(given.supply_min_c);
          expect(told.supply.value).toBeLessThanOrEqual(isFrost(told) ? Math.max(max, 30) : max);
          expect(told.flow?.value).toBeGreaterThanOrEqual(10);
          expect(told.flow?.value).toBeLessThanOrEqual(90);
        }
      }),
      RUNS,
    );
  });

  it('supply moves within its ramp but for frost and limits that come before it', () => {
    fc.assert(
      fc.property(settings, fc.nat(100), (given, seed) => {
        const course = live({ circuit: circuitOf(given), minutes: 900, weather: weatherOf(seed) });
        const jumps = course.filter(({ supply }, index) => {
          const ramp = supply.trace.find(({ reason }) => reason.code === 'ramp');
          const before = course[index - 1]?.supply.value ?? supply.value ?? 0;
          // Told in tenths: two roundings lie between two values.
          return (
            !ramp?.overridden && Math.abs((supply.value ?? 0) - before) > given.ramp_k_per_min + 0.1 + 1e-9
          );
        });
        expect(jumps).toEqual([]);
      }),
      RUNS,
    );
  });

  it('hot water is the same through curve, set-back, rooms and shut-off', () => {
    fc.assert(
      fc.property(settings, fc.nat(100), (given, seed) => {
        const course = live({ circuit: circuitOf(given), minutes: 900, weather: weatherOf(seed) });
        const settled = course.filter(({ minute }) => minute > 15);
        expect(new Set(settled.map(({ tap }) => tap))).toEqual(new Set([58]));
      }),
      RUNS,
    );
  });

  it('exactly one rule decides, and what is wanted is the curve with its corrections', () => {
    fc.assert(
      fc.property(settings, fc.nat(100), (given, seed) => {
        for (const { supply } of live({
          circuit: circuitOf(given),
          minutes: 400,
          weather: weatherOf(seed),
        })) {
          expect(supply.trace.filter(({ binding }) => binding)).toHaveLength(1);
          const [wanted, ...rest] = supply.trace;
          const shifts = rest.map(({ reason }) => Number(reason.params.shift_k ?? 0));
          const sum = Number(wanted?.reason.params.value) + shifts.reduce((all, one) => all + one, 0);
          expect(Math.abs(sum - (supply.wanted ?? 0))).toBeLessThanOrEqual(0.25);
        }
      }),
      RUNS,
    );
  });

  it('settled, the mean temperature never rises with the outdoor temperature', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: -25, max: 14 }), (given, outdoor_c) => {
        const { schedule: _schedule, ...circuit } = circuitOf({ ...given, feedback: false });
        const [colder, milder] = [outdoor_c, outdoor_c + 3].map((weather_c) => {
          const last = live({ circuit, minutes: 240, weather: () => weather_c }).at(-1);
          return last ? meanOf(last, circuit, weather_c) : Number.NaN;
        });
        expect(milder).toBeLessThanOrEqual((colder ?? 0) + 0.05);
      }),
      RUNS,
    );
  });
});
