/** From hours to days and nights of a heating circuit. */
import type { LocalMoment } from '../network/clock.ts';
import { HOUR_MS, meanOf, NO_SUM, plus, type Hour, type Sum } from './hour.ts';
import { isNight, isTooLong, nightOf, packNight, type NightRun } from './night.ts';
import { packed, sure, unpacked, type Packed } from './packed.ts';

/** A day needs so many hours, its evening so many of four. */
const LEAST_HOURS = 20;
const LEAST_EVENING = 3;
/** Local hours of the evening: no sun, the heat long back, and people at home. */
const EVENING_H = { from: 16, to: 20 } as const;
/** So many days and nights are kept: with a forgetting of 0.98 the oldest counts a third. */
export const DAYS_KEPT = 60;
const NIGHTS_KEPT = 40;
/** Pull of one hour on the usual heat: about two days. */
const USUAL_SHARE = 1 / 48;

/** One whole day of a circuit, daily means. */
export interface Day {
  readonly at: number;
  /** Days since 1970, local. */
  readonly day: number;
  readonly outdoor_c: number;
  readonly heat_kw: number;
  readonly room_c: number | undefined;
  readonly evening: Evening | undefined;
}

export interface Evening {
  readonly outdoor_c: number;
  readonly heat_kw: number;
  readonly room_c: number;
  readonly water_c: number;
}

export const packDay = ({ at, day, evening, ...of }: Day): Packed => [
  Math.round(at / HOUR_MS),
  day,
  ...[of.outdoor_c, of.heat_kw, of.room_c].map(packed),
  ...[evening?.outdoor_c, evening?.heat_kw, evening?.room_c, evening?.water_c].map(packed),
];

export function unpackDay([at, day, outdoor, heat, room, ...evening]: Packed): Day {
  const [e_outdoor, e_heat, e_room, e_water] = evening;
  return {
    at: (at ?? 0) * HOUR_MS,
    day: day ?? 0,
    outdoor_c: sure(outdoor),
    heat_kw: sure(heat),
    room_c: unpacked(room),
    evening:
      e_water == null
        ? undefined
        : { outdoor_c: sure(e_outdoor), heat_kw: sure(e_heat), room_c: sure(e_room), water_c: sure(e_water) },
  };
}

/** Sums over the running local day. */
export interface DaySums {
  readonly day: number;
  /** End of its last hour, ms UTC. */
  readonly at: number;
  readonly outdoor_c: Sum;
  readonly heat_kw: Sum;
  readonly room_c: Sum;
  readonly evening: { readonly [name in keyof Evening]: Sum };
}

const newDay = (day: number): DaySums => ({
  day,
  at: 0,
  outdoor_c: NO_SUM,
  heat_kw: NO_SUM,
  room_c: NO_SUM,
  evening: { outdoor_c: NO_SUM, heat_kw: NO_SUM, room_c: NO_SUM, water_c: NO_SUM },
});

function addHour(sums: DaySums, hour: Hour, local_h: number): DaySums {
  const { outdoor_c, heat_kw, room_c, water_c } = hour;
  if (heat_kw === undefined) return sums;
  const isEvening = local_h >= EVENING_H.from && local_h < EVENING_H.to;
  const isWhole = room_c !== undefined && water_c !== undefined;
  const { evening } = sums;
  return {
    day: sums.day,
    at: hour.at,
    outdoor_c: plus(sums.outdoor_c, outdoor_c),
    heat_kw: plus(sums.heat_kw, heat_kw),
    room_c: plus(sums.room_c, room_c),
    evening:
      isEvening && isWhole
        ? {
            outdoor_c: plus(evening.outdoor_c, outdoor_c),
            heat_kw: plus(evening.heat_kw, heat_kw),
            room_c: plus(evening.room_c, room_c),
            water_c: plus(evening.water_c, water_c),
          }
        : evening,
  };
}

const sureMean = (sum: Sum): number => meanOf(sum) ?? 0;

function eveningOf({ evening }: DaySums): Evening | undefined {
  if (evening.room_c[1] < LEAST_EVENING) return undefined;
  return {
    outdoor_c: sureMean(evening.outdoor_c),
    heat_kw: sureMean(evening.heat_kw),
    room_c: sureMean(evening.room_c),
    water_c: sureMean(evening.water_c),
  };
}

function dayOf(sums: DaySums): Day | undefined {
  const heat_kw = meanOf(sums.heat_kw, LEAST_HOURS);
  const outdoor_c = meanOf(sums.outdoor_c, LEAST_HOURS);
  if (heat_kw === undefined || outdoor_c === undefined) return undefined;
  return {
    at: sums.at,
    day: sums.day,
    outdoor_c,
    heat_kw,
    room_c: meanOf(sums.room_c, LEAST_HOURS),
    evening: eveningOf(sums),
  };
}

/** What is remembered of a heating circuit. */
export interface CircuitPast {
  readonly sums: DaySums | undefined;
  readonly run: NightRun | undefined;
  /** Heat of late, kW, without nights. */
  readonly usual_kw: number | undefined;
  readonly days: readonly Packed[];
  readonly nights: readonly Packed[];
  /** Heat of days too warm for heating, kW: how many, and their mean. */
  readonly summer: { readonly days: number; readonly heat_kw: number };
}

export const NEW_PAST: CircuitPast = {
  sums: undefined,
  run: undefined,
  usual_kw: undefined,
  days: [],
  nights: [],
  summer: { days: 0, heat_kw: 0 },
};

/** Above this mean outdoor temperature (°C) no building is heated. */
const SUMMER_FROM_C = 20;
const SUMMER_SHARE = 0.1;

function closeDay(past: CircuitPast): CircuitPast {
  const day = past.sums && dayOf(past.sums);
  if (!day) return past;
  if (day.outdoor_c > SUMMER_FROM_C) {
    const { days, heat_kw } = past.summer;
    const share = Math.max(SUMMER_SHARE, 1 / (days + 1));
    return {
      ...past,
      summer: { days: days + 1, heat_kw: heat_kw + share * (day.heat_kw - heat_kw) },
    };
  }
  return { ...past, days: [...past.days, packDay(day)].slice(-DAYS_KEPT) };
}

function stepNights(past: CircuitPast, hour: Hour, day: number): CircuitPast {
  const { heat_kw } = hour;
  const { run, usual_kw } = past;
  if (heat_kw === undefined) return { ...past, run: undefined };
  const pulled = usual_kw === undefined ? heat_kw : usual_kw + USUAL_SHARE * (heat_kw - usual_kw);
  if (usual_kw !== undefined && isNight(heat_kw / usual_kw))
    return isTooLong(run)
      ? { ...past, usual_kw: pulled }
      : { ...past, run: { hours: [...(run?.hours ?? []), hour] } };
  const night = run && usual_kw !== undefined ? nightOf(run, usual_kw, day) : undefined;
  const nights = night ? [...past.nights, packNight(night)].slice(-NIGHTS_KEPT) : past.nights;
  return { ...past, run: undefined, nights, usual_kw: pulled };
}

/** Takes in one hour; `local` is its middle at the site. A new day closes the one before. */
export function takeHour(before: CircuitPast, hour: Hour, local: LocalMoment): CircuitPast {
  const isNew = before.sums !== undefined && before.sums.day !== local.day;
  const closed = isNew ? closeDay(before) : before;
  const sums = isNew ? newDay(local.day) : (closed.sums ?? newDay(local.day));
  const next = { ...closed, sums: addHour(sums, hour, Math.floor(local.minute / 60)) };
  return stepNights(next, hour, local.day);
}
