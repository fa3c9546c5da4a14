/** A source that is 20 % short for twelve hours, shared by the center, and left to the nearest without one. */
import { SOURCE_ID } from '@heat-center/simulators/fleet/city-design.ts';
import { START, type Figure, type Look, type RecordedCourse, type Recorder, type Scenario } from './run.ts';
import type { VirtualStation } from './station.ts';
import { weatherOf, type Course } from './weather.ts';

const COLD: Course = { mean_c: [[0, -9]], swing_k: 2, clear: 0.2 };
/** Room target and outdoor design temperature of the city, °C. */
const [ROOM_C, DESIGN_C] = [18, -10.1];
/** The shortage, and when the operator has set it, h since the start. */
const [SHORT_FROM_H, SET_AT_H, SHORT_TO_H] = [2, 2.2, 14];
/**
 * What the source has left, of its full power: 0.8 of what the city takes in this weather undisturbed (0.88 of full
 * power in the mean of these twelve hours).
 */
const LEFT = 0.704;
/** Most that an operator would be told by the plant; the recovery stays below it. */
const CAPACITY = 1;

interface Hour {
  readonly id: string;
  kj: number;
  design_kj: number;
}

/** Heat of the heating circuits: hot water is nobody's to share. */
const heating_kw = ({ plant }: VirtualStation): number =>
  plant.circuits.reduce(
    (sum, { design, heating }) => sum + (heating ? (plant.state.circuits[design.id]?.heat_kw ?? 0) : 0),
    0,
  );

/** What the station is registered for at an outdoor temperature, kW. */
function design_kw({ design }: VirtualStation, outdoor_c: number): number {
  const { circuits, heated_area_m2 } = design.registration;
  const heated = circuits.filter(({ kind }) => kind !== 'dhw');
  const watts = heated.reduce(
    (sum, circuit) => sum + (circuit.heated_area_m2 ?? 0) * (circuit.heat_index_w_m2 ?? 45),
    0,
  );
  const full_kw = (heated.length > 0 ? watts : (heated_area_m2 ?? 0) * 45) / 1000;
  return (full_kw * (ROOM_C - outdoor_c)) / (ROOM_C - DESIGN_C);
}

/** The coldest circuit of a station, °C. */
export const coldestRooms = ({ plant }: VirtualStation): number =>
  Math.min(
    ...plant.circuits.flatMap(({ design, heating }) =>
      heating ? [plant.state.circuits[design.id]?.building.air_c ?? NaN] : [],
    ),
  );

/** Drawn as it is: a level holds until the next. */
export const stairs = (levels: readonly (readonly [number, number])[]): [number, number][] =>
  levels.flatMap(([at_h, level], nth): [number, number][] => [
    [at_h, levels[nth - 1]?.[1] ?? level],
    [at_h, level],
  ]);

const HEAT = 'Heat that leaves the source from minute to minute, and its limit';

const greatest = (values: readonly number[]): number => Math.max(...values);
const least = (values: readonly number[]): number => Math.min(...values);
const spread = (loads: readonly number[]): number =>
  (greatest(loads) - least(loads)) / (loads.reduce((sum, load) => sum + load, 0) / loads.length);

/** Hours of the shortage are counted from when the operator set it. */
export class ShortageRecorder implements Recorder {
  /** Level of the shares as it rises after the shortage: [h, relative load]. */
  readonly levels: [at_h: number, level: number][] = [];
  /** Relative loads of ordinary and of priority stations, hour by hour. */
  readonly hours: { readonly ordinary: number[]; readonly priority: number[] }[] = [];
  /** Most that the source gave from half an hour after the setting on, and after the shortage, kW. */
  readonly peaks = { short_kw: 0, recovery_kw: 0 };
  /** The same as shares of what it might give then: of the limit as the center counts it, and of its capacity. */
  readonly shares = { short: 0, recovery: 0 };
  readonly #spreads: [number, number][] = [];
  readonly #power: [number, number][] = [];
  readonly #limit: [number, number][] = [];
  #sums = new Map<string, Hour>();
  #coldest_c = Infinity;
  #warmest_supply_c = 0;
  #normal_h: number | undefined;
  #outdoor_c = COLD.mean_c[0]?.[1] ?? 0;

  readonly look = (seen: Look): void => {
    const { at_h, stations, outdoor_c } = seen;
    this.#outdoor_c += (outdoor_c - this.#outdoor_c) * (1 - Math.exp(-10 / 21_600));
    if (at_h < 0) return;
    this.#note(seen);
    if (at_h > SET_AT_H + 0.5 && at_h <= SHORT_TO_H)
      this.#warmest_supply_c = Math.max(this.#warmest_supply_c, seen.supply_c);
    for (const station of stations) {
      const sum = this.#sums.get(station.id) ?? { id: station.id, kj: 0, design_kj: 0 };
      sum.kj += heating_kw(station);
      sum.design_kj += design_kw(station, this.#outdoor_c);
      this.#sums.set(station.id, sum);
    }
    const hours = at_h - SET_AT_H;
    if (Math.abs(hours - Math.round(hours)) > 0.001) return;
    this.#closeHour(seen);
  };

  #note({ at_h, heat_kw, center, source: { heat_max_kw } }: Look): void {
    const source = center?.network.source;
    const capacity_kw = CAPACITY * heat_max_kw;
    const { peaks, shares } = this;
    if (at_h > SHORT_TO_H) {
      peaks.recovery_kw = Math.max(peaks.recovery_kw, heat_kw);
      shares.recovery = Math.max(shares.recovery, heat_kw / capacity_kw);
    } else if (at_h > SET_AT_H + 0.5) {
      peaks.short_kw = Math.max(peaks.short_kw, heat_kw);
      shares.short = Math.max(shares.short, heat_kw / (source?.limit_kw ?? Infinity));
    }
    if (at_h > SHORT_TO_H && source?.phase === 'normal') this.#normal_h ??= at_h - SHORT_TO_H;
    if (source?.level !== undefined && source.level !== this.levels.at(-1)?.[1])
      this.levels.push([at_h, source.level]);
    if (Math.round(at_h * 360) % 60 !== 0) return;
    this.#power.push([at_h, heat_kw / 1000]);
    if (source) this.#limit.push([at_h, (source.limit_kw ?? NaN) / 1000]);
  }

  #closeHour({ at_h, stations }: Look): void {
    const loads = (wanted: boolean): number[] =>
      stations
        .filter(({ design }) => (design.registration.priority === 'ordinary') === wanted)
        .map(({ id }) => (this.#sums.get(id)?.kj ?? 0) / (this.#sums.get(id)?.design_kj ?? NaN));
    const hour = { ordinary: loads(true), priority: loads(false) };
    this.#sums = new Map();
    if (at_h > 1) this.#spreads.push([at_h, 100 * spread(hour.ordinary)]);
    if (at_h <= SET_AT_H + 0.5 || at_h > SHORT_TO_H + 0.5) return;
    this.hours.push(hour);
    this.#coldest_c = Math.min(this.#coldest_c, least(stations.map(coldestRooms)));
  }

  /** Hours from the third on. */
  get settled(): readonly ShortageRecorder['hours'][number][] {
    return this.hours.slice(2);
  }

  readonly figures = (): readonly Figure[] => {
    const { settled, shares } = this;
    const ordinary = settled.flatMap((hour) => hour.ordinary);
    const priority = settled.flatMap((hour) => hour.priority);
    const figure = (words: string, value: number | undefined, digits = 1): Figure => ({
      words,
      value,
      digits,
    });
    return [
      ...this.hours.map((hour, nth) =>
        figure(
          `spread of relative loads of ordinary stations, hour ${nth + 1}, %`,
          100 * spread(hour.ordinary),
        ),
      ),
      figure(
        'the same, greatest from the third hour on, %',
        100 * greatest(settled.map((hour) => spread(hour.ordinary))),
      ),
      figure('least relative load of an ordinary station from the third hour on', least(ordinary), 3),
      figure(
        'least relative load of a priority station',
        priority.length > 0 ? least(priority) : undefined,
        3,
      ),
      figure('coldest circuit’s rooms in the shortage, °C', this.#coldest_c, 2),
      figure('warmest supply of the source in the shortage, °C', this.#warmest_supply_c),
      figure('most from the source in the shortage (from half an hour on), MW', this.peaks.short_kw / 1000),
      figure('the same, % of its limit then', shares.short === 0 ? undefined : 100 * shares.short),
      figure(
        'most from the source after it, MW',
        this.peaks.recovery_kw === 0 ? undefined : this.peaks.recovery_kw / 1000,
      ),
      figure('the same, % of what it can give', shares.recovery === 0 ? undefined : 100 * shares.recovery),
      figure('hours of recovery', this.#normal_h, 2),
    ];
  };

  readonly courses = (): readonly RecordedCourse[] => [
    {
      title: 'Spread of relative loads of ordinary stations',
      unit: '% of their mean',
      values: this.#spreads,
    },
    { title: HEAT, unit: 'MW', values: this.#power },
    { title: HEAT, unit: 'MW', line: 'limit', values: this.#limit.filter(([, mw]) => !Number.isNaN(mw)) },
    { title: 'Level of the shares', unit: 'relative load', values: stairs(this.levels) },
  ];
}

export const SOURCE_SHORT: Scenario = {
  name: 'source-short',
  what: 'the source is 20 % short from 2 to 14 h of a cold day (−11 to −7 °C); set by the operator after 12 minutes',
  stations: 36,
  hours: 20,
  short: { stations: 6, hours: 6 },
  weather: (at_h) => weatherOf(COLD, at_h),
  measuredSource: true,
  faults: (at_h) =>
    at_h >= SHORT_FROM_H && at_h < SHORT_TO_H
      ? { [SOURCE_ID]: [{ name: 'source_limit', target: '', size: LEFT }] }
      : {},
  network: (at_h, { heat_max_kw }) => {
    const capacity_kw = CAPACITY * heat_max_kw;
    if (at_h < SET_AT_H || at_h >= SHORT_TO_H) return { source: { capacity_kw } };
    const until = START + SHORT_TO_H * 3_600_000;
    const limit = { power_max_kw: Math.round(LEFT * heat_max_kw), until, reason: 'one boiler is out' };
    return { source: { limit, capacity_kw } };
  },
  recorder: () => new ShortageRecorder(),
};

/** What the supply still reaches, °C: 108 °C would be planned for this weather. */
const COOL_C = 92;

/** The same hours and weather: the power is there, the temperature is not. */
export const SOURCE_COOL: Scenario = {
  ...SOURCE_SHORT,
  name: 'source-cool',
  what: `the supply of the source reaches ${COOL_C} °C instead of 108 from 2 to 14 h of a cold day (−11 to −7 °C); set by the operator after 12 minutes`,
  faults: (at_h) =>
    at_h >= SHORT_FROM_H && at_h < SHORT_TO_H
      ? { [SOURCE_ID]: [{ name: 'source_cool', target: '', size: COOL_C }] }
      : {},
  network: (at_h, { heat_max_kw, design_kg_s }) => {
    const capacity_kw = CAPACITY * heat_max_kw;
    // What the pumps move at design, as operators know it.
    const flow_max_m3_h = Math.round(3.6 * design_kg_s);
    if (at_h < SET_AT_H || at_h >= SHORT_TO_H) return { source: { capacity_kw, flow_max_m3_h } };
    const until = START + SHORT_TO_H * 3_600_000;
    const limit = { supply_max_c: COOL_C, until, reason: 'a boiler runs cool' };
    return { source: { limit, capacity_kw, flow_max_m3_h } };
  },
};
