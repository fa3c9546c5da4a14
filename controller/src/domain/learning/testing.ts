/** A building with known figures and its weather, hour by hour, for the tests of learning. */
import { localAt } from '../network/clock.ts';
import { NEW_PAST, takeHour, type CircuitPast } from './day.ts';
import { HOUR_MS, type Hour } from './hour.ts';

/** Standard normal numbers from a seed: a linear congruential generator through Box and Muller. */
export function noise(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Monday, local midnight at UTC. */
export const MIDNIGHT = 1_799_625_600_000;
export const CLOCK = { offset_min: 0 };

/** C·dT/dt = Q − a·(T − tw) + gains, Q = K·(tm − T)^1.3. */
export interface Building {
  readonly a_kw_k: number;
  readonly gains_kw: number;
  readonly tau_h: number;
  /** Water for a room of this temperature; wrong by as much as the target differs. */
  readonly curve_room_c: number;
  /** Hours of the day without heat, and how much of it is left then. */
  readonly night?: { readonly from_h: number; readonly to_h: number; readonly left: number };
  readonly days: number;
  readonly seed?: number;
  /** Scatter of the daily heat that nothing explains, kW. */
  readonly scatter_kw?: number;
  /** Scatter of the heat that really is given from day to day, kW. */
  readonly pushed_kw?: number;
  readonly sensors?: boolean;
}

export const EMITTER_KW = 3.2;

/** Hours as the center would see them. */
export function* hoursOf(of: Building): Generator<Hour> {
  const random = noise(of.seed ?? 1);
  let room_c = of.curve_room_c;
  let spell_k = 0;
  let scatter_kw = 0;
  let pushed_kw = 0;
  for (let index = 0; index < of.days * 24; index += 1) {
    const hour = index % 24;
    if (hour === 0) {
      spell_k = 0.75 * spell_k + 2.6 * random();
      scatter_kw = (of.scatter_kw ?? 0) * random();
      pushed_kw = (of.pushed_kw ?? 0) * random();
    }
    const outdoor_c = -2 + spell_k + 4 * Math.cos(((hour - 15) * Math.PI) / 12);
    const filtered_c = -2 + spell_k;
    const wanted_kw = Math.max(0, of.a_kw_k * (of.curve_room_c - filtered_c) - of.gains_kw);
    const { night } = of;
    const isNight = night && (night.from_h <= hour || hour < night.to_h);
    const water_c = of.curve_room_c + (wanted_kw / EMITTER_KW) ** (1 / 1.3);
    const emitted_kw = EMITTER_KW * Math.max(water_c - room_c, 0) ** 1.3 + pushed_kw;
    const given_kw = Math.max(0, emitted_kw) * (isNight ? night.left : 1);
    const before_c = room_c;
    const steps = 12;
    for (let step = 0; step < steps; step += 1) {
      const net_kw = given_kw - of.a_kw_k * (room_c - outdoor_c) + of.gains_kw;
      room_c += net_kw / (of.a_kw_k * of.tau_h * steps);
    }
    const mean_c = (before_c + room_c) / 2;
    yield {
      at: MIDNIGHT + (index + 1) * HOUR_MS,
      outdoor_c: outdoor_c + 0.05 * random(),
      heat_kw: given_kw + (isNight ? 0 : scatter_kw),
      room_c: of.sensors === false ? undefined : mean_c + 0.03 * random(),
      water_c: isNight && night.left === 0 ? mean_c : water_c,
    };
  }
}

export function pastOf(hours: Iterable<Hour>): CircuitPast {
  let past = NEW_PAST;
  for (const hour of hours) past = takeHour(past, hour, localAt(CLOCK, hour.at - HOUR_MS / 2));
  return past;
}
