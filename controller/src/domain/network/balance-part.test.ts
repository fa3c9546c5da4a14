import { describe, expect, it } from 'vitest';
import type { CircuitConfig, StationConfig } from '../config.ts';
import { remembering } from '../control/circuit-testing.ts';
import type { NightState } from '../control/night.ts';
import { sensorsOf } from '../control/sensors.ts';
import { applySample, createImage } from '../image.ts';
import { createStationState, type StationState } from '../state.ts';
import { LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import { fades, isGood, isHeating, partOf } from './balance-part.ts';

const LEASE = { id: 'c', at: T0, since: T0, circuits: {}, reasons: '', refused: false };
const NIGHT: NightState = {
  phase: 'comfort',
  since: T0 - 2 * 3_600_000,
  comfort_at: T0,
  setback_k: 0,
  off: false,
  start: { rate_k_per_h: 0.5, mornings: 0 },
};

interface Given {
  readonly points?: Points;
  readonly config?: Partial<StationConfig>;
  readonly state?: Partial<StationState>;
  readonly mode?: 'remote' | 'local' | 'manual';
  readonly online?: boolean;
  readonly circuit?: CircuitConfig;
  readonly night?: NightState;
  /** Supply temperature that is told beside 57.6 wanted, °C. */
  readonly position?: number;
}

function part({ circuit = LOW, night, position = 57.6, ...given }: Given = {}) {
  const config = stationConfig({ circuits: [circuit], ...given.config });
  const image = createImage();
  const said = { 'circuits.low.supply_c': 57.6, 'circuits.low.return_c': 41.6, ...given.points };
  for (const sample of telemetry(T0, said).samples)
    applySample(image, sample, { arrived: T0, every_s: config.every_s });
  Object.assign(image, { mode: given.mode ?? 'remote', online: given.online ?? true });
  const state = {
    ...createStationState(T0, { epoch: 1, seq: 0 }),
    lease: LEASE,
    circuits: [remembering({ position, good: { value: 57.6, at: T0 } }, { night })],
    ...given.state,
  };
  const [sensors] = sensorsOf(config, image).circuits;
  if (!sensors) throw new Error('A station with one circuit has its sensors.');
  return partOf({ station: { config, image, state }, sensors, outdoor_c: 0, now: T0 });
}

describe('who takes part in the balance', () => {
  it('is a circuit that is led and settled', () => {
    expect(part()).toMatchObject({ why: undefined, blocked: undefined, warmth: { why: undefined } });
    expect(part({ night: NIGHT }).why).toBeUndefined();
  });

  const { design: _design, ...undesigned } = LOW;
  const wishes = new Map([['low', { id: 'w', by: 'li', until: T0, setpoints: {} }]]);
  it.each<[string, Given]>([
    ['observed', { config: { control: 'observe' }, mode: 'local' }],
    ['no_design', { circuit: undesigned, mode: 'local' }],
    ['local', { mode: 'local', state: { released: true } }],
    ['manual', { mode: 'manual' }],
    ['released', { state: { released: true }, online: false }],
    ['unreachable', { online: false }],
    ['unreachable', { state: { lease: undefined } }],
    ['unreachable', { state: { lease: { ...LEASE, at: T0 - 600_000 } } }],
    ['wish', { state: { wishes }, points: { 'circuits.low.return_c': null } }],
    ['no_data', { points: { 'circuits.low.return_c': null }, night: { ...NIGHT, phase: 'warm_up' } }],
    // Without heat nothing is asked for that could be compared.
    ['mild', { night: { ...NIGHT, off: true } }],
    ['night', { night: { ...NIGHT, phase: 'warm_up' } }],
    ['night', { night: { ...NIGHT, boost: { shift_k: 1, until: T0 } } }],
    ['night', { night: { ...NIGHT, since: T0 - 2 * 3_600_000 + 1 } }],
  ])('is nobody who is %s', (why, given) => {
    expect(part(given).why).toBe(why);
  });

  it('is whoever has no wish of its own', () => {
    expect(
      part({ state: { wishes: new Map([['high', { id: 'w', by: 'li', until: T0, setpoints: {} }]]) } }).why,
    ).toBeUndefined();
  });
});

describe('what blocks a circuit', () => {
  it('is a limit that holds its output', () => {
    expect(part({ position: 57 }).blocked).toBe('limit_up');
    expect(part({ position: 58.2 }).blocked).toBe('limit_down');
  });

  it('is a valve that is open further than 95 %', () => {
    const valve = (pct: number) => part({ points: { 'circuits.low.valve_pct': pct } }).blocked;
    expect([valve(95), valve(95.1)]).toEqual([undefined, 'valve']);
    expect(part({ position: 57, points: { 'circuits.low.valve_pct': 100 } }).blocked).toBe('limit_up');
  });

  it('is told only of those that take part', () => {
    expect(part({ position: 57, mode: 'local' }).blocked).toBeUndefined();
  });
});

describe('what becomes of a correction', () => {
  it('fades where nobody works to it, and waits where data or time are missing', () => {
    for (const why of ['observed', 'local', 'manual', 'released', 'no_design', 'mild'] as const)
      expect(fades(why)).toBe(true);
    for (const why of ['wish', 'unreachable', 'night', 'no_data', 'implausible', 'flow_off'] as const)
      expect(fades(why)).toBe(false);
  });

  it('rests for all where too few data are good: missing and implausible ones are not', () => {
    expect([isGood('no_data'), isGood('implausible')]).toEqual([false, false]);
    expect([isGood('mild'), isGood(undefined)]).toEqual([true, true]);
  });

  it('is for heating circuits alone', () => {
    expect([isHeating(LOW), isHeating({ ...LOW, kind: 'dhw' })]).toEqual([true, false]);
  });
});
