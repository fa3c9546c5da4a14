/** The plan against peaks as lines and figures, and its settings as typed; pure. */
import type { PlanView, ShavingSettings } from '@heat-center/api/shaving.ts';
import type { Sample, ShownSeries } from '../charts/series.ts';
import { typedNumber } from './schedule.ts';

export const HOURS = 24;

type Hour = PlanView['hours'][number];

/** A course over the hours of the plan: each value holds to the end of its hour. */
function course(hours: readonly Hour[], value: (hour: Hour) => number | null): Sample[] {
  return hours.flatMap((hour, place): Sample[] => {
    const now = value(hour);
    const next = hours[place + 1];
    const begun: Sample = [hour.from, now, 'good'];
    // A line ends where a value is missing, so what came before is drawn to its end first.
    const ends = now !== null && (!next || value(next) === null);
    return ends ? [begun, [next ? hour.to - 1 : hour.to, now, 'good']] : [begun];
  });
}

export interface PlanLine {
  readonly key: 'baseline' | 'planned' | 'cap' | 'price' | 'outdoor' | 'warmest' | 'coldest';
  readonly series: ShownSeries;
}

const extremes = ({ classes }: PlanView, place: number, pick: (...values: number[]) => number) => {
  const rooms = classes.flatMap(({ room_k }) => room_k[place] ?? []);
  return rooms.length === 0 ? null : pick(...rooms);
};

/** Heat, cap, price, outdoor temperature, and the rooms that are farthest from their target; what is unknown is left out. */
export function planLines(view: PlanView): PlanLine[] {
  const { hours } = view;
  const line = (key: PlanLine['key'], unit: string, points: Sample[]): PlanLine[] =>
    points.every(([, value]) => value === null)
      ? []
      : [{ key, series: { point: `plan.${key}`, unit, total: points.length, points } }];
  // A room deviation is reached at the end of its hour, and begins at none.
  const rooms = (pick: (...values: number[]) => number): Sample[] => {
    const first = hours[0];
    if (!first || view.classes.length === 0) return [];
    return [
      [first.from, 0, 'good'],
      ...hours.map((hour, place): Sample => [hour.to, extremes(view, place, pick), 'good']),
    ];
  };
  return [
    ...line(
      'baseline',
      'kW',
      course(hours, ({ baseline_kw }) => baseline_kw),
    ),
    ...line(
      'planned',
      'kW',
      course(hours, ({ planned_kw }) => planned_kw),
    ),
    ...line(
      'cap',
      'kW',
      course(hours, ({ cap_kw }) => cap_kw),
    ),
    ...line('warmest', 'K', rooms(Math.max)),
    ...line('coldest', 'K', rooms(Math.min)),
    ...line(
      'price',
      '/MWh',
      course(hours, ({ price_per_mwh }) => price_per_mwh),
    ),
    ...line(
      'outdoor',
      '°C',
      course(hours, ({ outdoor_c }) => outdoor_c),
    ),
  ];
}

export interface PlanDraft {
  readonly on: boolean;
  /** An entry for each hour of the local day; empty: no cap. */
  readonly cap: readonly string[];
  readonly price: readonly string[];
  readonly comfort_band_k: string;
  readonly cap_margin: string;
  readonly time_constant_h: string;
  /** Stations that never take part. */
  readonly excluded: readonly string[];
}

const NONE: readonly string[] = Array.from({ length: HOURS }, () => '');
const texts = (values: readonly (number | null)[] | undefined): readonly string[] =>
  values?.map((value) => (value === null ? '' : String(value))) ?? NONE;

export const planDraftOf = (settings: ShavingSettings | undefined): PlanDraft => ({
  on: settings?.on ?? false,
  cap: texts(settings?.cap_kw),
  price: texts(settings?.price_per_mwh),
  comfort_band_k: String(settings?.comfort_band_k ?? ''),
  cap_margin: String(settings?.cap_margin ?? ''),
  time_constant_h: String(settings?.time_constant_h ?? ''),
  excluded: settings?.excluded ?? [],
});

const isEmpty = (list: readonly string[]): boolean => list.every((text) => text.trim() === '');

/** What would be sent. */
export function shavingOf(draft: PlanDraft): ShavingSettings {
  const { cap, price, comfort_band_k, cap_margin, time_constant_h, excluded, on } = draft;
  return {
    on,
    ...(isEmpty(cap) ? {} : { cap_kw: cap.map((text) => (text.trim() === '' ? null : typedNumber(text))) }),
    ...(isEmpty(price) ? {} : { price_per_mwh: price.map(typedNumber) }),
    ...(comfort_band_k.trim() === '' ? {} : { comfort_band_k: typedNumber(comfort_band_k) }),
    ...(cap_margin.trim() === '' ? {} : { cap_margin: typedNumber(cap_margin) }),
    ...(time_constant_h.trim() === '' ? {} : { time_constant_h: typedNumber(time_constant_h) }),
    ...(excluded.length > 0 ? { excluded } : {}),
  };
}

/** A list with values put in from a place on, for example pasted from a table. */
export function putIn(list: readonly string[], place: number, pasted: string): readonly string[] {
  const values = pasted.trim().split(/[\s;]+/);
  return list.map((was, index) => values[index - place] ?? was);
}
