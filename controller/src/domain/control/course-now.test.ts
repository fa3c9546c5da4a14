import { describe, expect, it } from 'vitest';
import type { CircuitConfig, Schedule } from '../config.ts';
import { applySample, createImage } from '../image.ts';
import { curveBasis } from '../physics/weather-curve.ts';
import { DHW, LOW, stationConfig, T0, telemetry } from '../testing.ts';
import { newCircuit, type CircuitState } from './circuit.ts';
import { remembering } from './circuit-testing.ts';
import { notesOf } from './corrections.ts';
import { courseOf } from './course.ts';
import { heldOff, SETTLES_MS, stepCourse } from './course-now.ts';
import type { CircuitCase } from './decide.ts';
import { flowRatios } from './protections.ts';
import { NEW_ROOMS } from './rooms.ts';
import { sensorsOf } from './sensors.ts';

const HOUR = 3_600_000;
const SCHEDULE: Schedule = {
  comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }],
  night: { kind: 'setback', room_k: 3 },
  start: 'fixed',
};
/** What it is locally at T0. */
const MIDNIGHT = { offset_min: 0 };
const NOON = { offset_min: 12 * 60 };
const FLATS: CircuitConfig = { ...LOW, room_feedback: { target_c: 20 } };

function given(circuit: CircuitConfig, changes: Partial<CircuitCase> & { now?: number } = {}): CircuitCase {
  const { now = T0, ...others } = changes;
  const image = createImage();
  const every_s = { default: 10, meter: 900 };
  for (const sample of telemetry(now, { 'rooms.1.air_c': 17 }).samples)
    applySample(image, sample, { arrived: now, every_s });
  const config = stationConfig({ circuits: [circuit] });
  const [sensors] = sensorsOf(config, image).circuits;
  if (!sensors) throw new Error('A station with one circuit has its sensors.');
  return {
    station: { config, image, now },
    sensors,
    state: newCircuit('low', T0),
    wish: undefined,
    outdoor: { filtered_c: 0, own_c: 0, from: { from: 'own' } },
    inputs: {
      outdoor_filtered_c: 0,
      outdoor_c: 0,
      primary_return_c: undefined,
      primary_power_kw: undefined,
      primary_flow_m3_h: undefined,
      local_minute: undefined,
    },
    clock: undefined,
    passed_s: 10,
    follow: false,
    ...others,
  };
}

function step(circuit: CircuitConfig, changes: Parameters<typeof given>[1] = {}) {
  const about = given(circuit, changes);
  const state = { ...about.state };
  const course = stepCourse({ ...about, state });
  return { course, notes: course && notesOf(course), state };
}

describe('which way a limit holds the temperature', () => {
  const held = (position: number | undefined, value: number | undefined) => {
    const good = value === undefined ? undefined : { value, at: T0 };
    return heldOff(remembering({ position, good }));
  };

  it('is up below what is wanted, down above it, none within half a kelvin', () => {
    expect(held(50, 50.6)).toBe('up');
    expect(held(50, 50.5)).toBeUndefined();
    expect(held(50, 49.5)).toBeUndefined();
    expect(held(50, 49.4)).toBe('down');
  });

  it('is none while either is unknown', () => {
    expect(held(undefined, 50)).toBeUndefined();
    expect(held(50, undefined)).toBeUndefined();
  });
});

describe('one step of a course', () => {
  it('is none where there is no curve', () => {
    expect(step(DHW)).toEqual({ course: undefined, notes: undefined, state: newCircuit('low', T0) });
  });

  it('knows a schedule once the clock is known', () => {
    const scheduled = { ...LOW, schedule: SCHEDULE };
    expect(step(scheduled).state.night).toBeUndefined();
    expect(step(LOW, { clock: MIDNIGHT }).state.night).toBeUndefined();
    const { notes, state } = step(scheduled, { clock: MIDNIGHT });
    expect(state.night).toMatchObject({ phase: 'night', setback_k: expect.closeTo(1.8, 9) });
    expect(notes?.[0]?.reason.code).toBe('setback');
  });

  it('goes on with schedule, rooms and stage while the outdoor temperature is unknown', () => {
    const circuit = { ...FLATS, schedule: SCHEDULE };
    const outdoor = { filtered_c: undefined, own_c: undefined, from: undefined };
    const { course, state } = step(circuit, {
      clock: NOON,
      outdoor,
      state: { ...newCircuit('low', T0), stage: 1 },
    });
    expect(course).toBeUndefined();
    expect(state).toMatchObject({ night: { phase: 'comfort' }, rooms: { median_c: 17 }, stage: 1 });
  });

  it('takes what balance and plan add', () => {
    const balance = { shift_k: 1.5 };
    const plan = { colder_k: 2, room_k: 0.5, until: T0 };
    const codes = (circuit: CircuitConfig) =>
      step(circuit, { balance, plan }).notes?.map(({ reason }) => reason.code);
    expect(codes(LOW)).toEqual(['plan', 'balance']);
    // Nights of its own already use the mass of the building, and air heaters have none.
    expect(codes({ ...LOW, schedule: SCHEDULE })).toEqual(['balance']);
    expect(codes({ ...LOW, kind: 'ventilation' })).toEqual(['balance']);
  });
});

describe('rooms', () => {
  const earlier: CircuitState = { ...newCircuit('low', T0), rooms: { ...NEW_ROOMS, at: T0 - 600_000 } };
  const shift = (changes: Parameters<typeof given>[1] = {}, circuit = FLATS) =>
    step(circuit, { state: earlier, ...changes }).state.rooms?.shift_k;
  const scheduled = { ...FLATS, schedule: SCHEDULE };
  const comfortSince = (since: number): CircuitState => ({
    ...earlier,
    night: {
      phase: 'comfort',
      since,
      comfort_at: since,
      setback_k: 0,
      off: false,
      start: { rate_k_per_h: 0.5, mornings: 0 },
    },
  });

  it('correct the curve towards the target that is set, else the one of the design', () => {
    expect(step(LOW).state.rooms).toBeUndefined();
    expect(shift()).toBeCloseTo(1 / 6, 9);
    const { notes } = step({ ...LOW, room_feedback: {} }, { state: earlier });
    expect(notes?.[0]?.reason.params).toMatchObject({ target_c: 18, room_c: 17 });
  });

  it('are not listened to at night and for two hours after', () => {
    expect(shift({ clock: MIDNIGHT }, scheduled)).toBe(0);
    expect(shift({ clock: NOON, state: comfortSince(T0 - SETTLES_MS + 1) }, scheduled)).toBe(0);
    expect(shift({ clock: NOON, state: comfortSince(T0 - SETTLES_MS) }, scheduled)).toBeGreaterThan(0);
  });

  it('are not listened to while something else leads', () => {
    const wish = { id: 'w', by: 'li', until: T0 + HOUR, setpoints: { supply_c: 50 } };
    expect(shift({ wish })).toBe(0);
    expect(shift({ follow: true })).toBe(0);
    const { station } = given(FLATS);
    expect(shift({ station: { ...station, config: { ...station.config, control: 'observe' } } })).toBe(0);
  });

  it('do not push further into a limit', () => {
    const held = (position: number): CircuitState =>
      remembering({ position, good: { value: 57.6, at: T0 } }, { rooms: earlier.rooms });
    expect(shift({ state: held(50) })).toBe(0);
    expect(shift({ state: held(65) })).toBeGreaterThan(0);
  });

  it('that are planned warmer need no correction for it', () => {
    const plan = { colder_k: 0, room_k: -3, until: T0 + HOUR };
    expect(shift({ plan })).toBeCloseTo(0, 9);
    expect(shift({ plan: { ...plan, room_k: -4 } })).toBeLessThan(0);
  });

  it('tell the night what they have', () => {
    const warm: CircuitState = { ...earlier, rooms: { ...NEW_ROOMS, at: T0, median_c: 19.9, median_at: T0 } };
    const circuit: CircuitConfig = { ...FLATS, schedule: { ...SCHEDULE, start: 'optimised' } };
    // 0.1 K below its target: 27 minutes before six are enough.
    const at = (minute: number) => ({ offset_min: minute });
    expect(step(circuit, { clock: at(330), state: warm }).state.night?.phase).toBe('night');
    expect(step(circuit, { clock: at(334), state: warm }).state.night?.phase).toBe('warm_up');
  });
});

describe('flow limits of a circuit', () => {
  const basis = curveBasis(LOW);
  const ratio = (circuit: CircuitConfig, design_flow_m3_h: number | undefined = 50) =>
    basis &&
    courseOf({
      circuit,
      ratios: flowRatios(circuit, design_flow_m3_h),
      basis,
      outdoor_c: 15,
      origin: { from: 'own' },
      stage: 0,
      night: undefined,
      rooms: undefined,
    }).ratio;
  const mixed: CircuitConfig = { ...LOW, regulation: { mode: 'mixed', exponent: 1 } };

  it('bound the flow as shares of the design flow', () => {
    // Load 3/28.1.
    expect(ratio({ ...mixed, limits: { supply_min_c: 30, supply_max_c: 80 } })).toBe(0.2);
    expect(ratio({ ...mixed, limits: { supply_min_c: 30, supply_max_c: 80, flow_min_m3_h: 30 } })).toBe(0.6);
    expect(ratio(mixed, undefined)).toBe(0.2);
    expect(ratio(LOW)).toBe(1);
  });

  it('are those of settings and pump, whichever is less', () => {
    const hot: CircuitConfig = { ...LOW, regulation: { mode: 'quantity', supply_c: 20 } };
    const limited = (more: object) =>
      ratio({ ...hot, limits: { supply_min_c: 30, supply_max_c: 80, ...more } });
    expect(limited({})).toBe(1.2);
    expect(limited({ flow_max_m3_h: 40 })).toBe(0.8);
    expect(limited({ flow_max_m3_h: 40, pump_max_m3_h: 30 })).toBe(0.6);
  });
});
