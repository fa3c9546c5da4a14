/** Nights with less heat: how the rooms fell. Without room sensors nothing tells that. */
import { HOUR_MS, type Hour } from './hour.ts';
import { packed, sure, type Packed } from './packed.ts';

/** Heat below this share of the usual is a night; below the second it is shut off. */
const NIGHT_BELOW = 0.7;
const OFF_BELOW = 0.05;
/** Hours after the heat fell in which air cools faster than walls, and hours that a slope needs after them. */
const SETTLES_H = 3;
const LEAST_SLOPE_H = 3;
const LONGEST_NIGHT_H = 14;

/** How rooms fell in a night with less heat. */
export interface Night {
  readonly at: number;
  /** Local day on which it ended. */
  readonly day: number;
  readonly slope_k_h: number;
  readonly room_c: number;
  readonly outdoor_c: number;
  readonly heat_kw: number;
  /** No heat at all. */
  readonly off: boolean;
}

/** The slope in ten-thousandths: it is small. */
export const packNight = ({ at, day, slope_k_h, off, ...of }: Night): Packed => [
  Math.round(at / HOUR_MS),
  day,
  Math.round(slope_k_h * 10_000),
  ...[of.room_c, of.outdoor_c, of.heat_kw].map(packed),
  off ? 1 : 0,
];

export function unpackNight([at, day, slope, room, outdoor, heat, off]: Packed): Night {
  return {
    at: (at ?? 0) * HOUR_MS,
    day: day ?? 0,
    slope_k_h: (slope ?? 0) / 10_000,
    room_c: sure(room),
    outdoor_c: sure(outdoor),
    heat_kw: sure(heat),
    off: off === 1,
  };
}

/** Hours of a night that goes on. */
export interface NightRun {
  readonly hours: readonly Hour[];
}

/** Whether an hour may belong to a night, by its heat as a share of the usual. */
export const isNight = (share: number): boolean => share < NIGHT_BELOW;

/** Whether it lasts too long for a night: the weather turned mild, or the station is led otherwise. */
export const isTooLong = (run: NightRun | undefined): boolean => (run?.hours.length ?? 0) > LONGEST_NIGHT_H;

/** Least squares slope of values an hour apart, per hour. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  let [up, down] = [0, 0];
  for (const [index, value] of values.entries()) {
    up += (index - middle) * value;
    down += (index - middle) ** 2;
  }
  return down > 0 ? up / down : 0;
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a night showed, once it is over. */
export function nightOf(run: NightRun, usual_kw: number, day: number): Night | undefined {
  if (isTooLong(run)) return undefined;
  const settled = run.hours.slice(SETTLES_H);
  const last = settled.at(-1);
  if (!last || settled.length < LEAST_SLOPE_H) return undefined;
  const heat_kw = average(settled.map((hour) => hour.heat_kw ?? 0));
  const rooms = settled.map(({ room_c }) => room_c).filter((room_c) => room_c !== undefined);
  if (rooms.length < settled.length) return undefined;
  return {
    at: last.at,
    day,
    slope_k_h: slopeOf(rooms),
    room_c: average(rooms),
    outdoor_c: average(settled.map(({ outdoor_c }) => outdoor_c)),
    heat_kw,
    off: heat_kw <= OFF_BELOW * usual_kw,
  };
}
