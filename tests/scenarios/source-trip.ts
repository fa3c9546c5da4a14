/** The burners are out: the operator says so, and what comes back is shared in steps. */
import { SOURCE_ID } from '@heat-center/simulators/fleet/city-design.ts';
import { START, type Figure, type Look, type RecordedCourse, type Recorder, type Scenario } from './run.ts';
import { coldestRooms, stairs } from './source-short.ts';
import { weatherOf, type Course } from './weather.ts';

const WINTER: Course = { mean_c: [[0, -4]], swing_k: 4, clear: 0.7 };
/** The burners are out, and the operator's limit holds, h since the start. */
const [OUT_FROM_H, BACK_H] = [4, 7];
const [SET_AT_H, LIFTED_H] = [4.2, 7.2];
/** What the operator reckons with meanwhile, of full power. */
const LEFT = 0.05;
/** Rooms are told of so long after the burners are back, h. */
const ROOMS_AFTER_H = [1, 3] as const;

/** A level that rises by as much was raised; less is the weather that moves the floors. */
const RAISED = 0.01;

/** What the source gives once its burners are back, and how the coldest rooms come after. */
export class TripRecorder implements Recorder {
  /** Most that the source gave once its shares are raised, and what it can give, kW. */
  readonly most = { is_kw: 0, may_kw: 0 };
  /** Level of the shares as it rises: [h, relative load]. */
  readonly levels: [at_h: number, level: number][] = [];
  readonly #rooms = new Map<number, number>();
  #coldest_c = Infinity;
  #normal_h: number | undefined;

  readonly look = ({ at_h, heat_kw, stations, source, center }: Look): void => {
    this.most.may_kw = source.heat_max_kw;
    if (at_h < BACK_H) return;
    const { level, phase } = center?.network.source ?? {};
    const [, last = 0] = this.levels.at(-1) ?? [];
    if (level !== undefined && level > last + RAISED) this.levels.push([at_h, level]);
    // Until then stations hold the floor, and cold pipes take what the boilers have.
    const isRaised = this.levels.length > 1;
    if (level === undefined || isRaised) this.most.is_kw = Math.max(this.most.is_kw, heat_kw);
    if (phase === 'normal' && isRaised) this.#normal_h ??= at_h - BACK_H;
    const coldest_c = Math.min(...stations.map(coldestRooms));
    this.#coldest_c = Math.min(this.#coldest_c, coldest_c);
    const after_h = ROOMS_AFTER_H.find((hours) => Math.abs(at_h - BACK_H - hours) < 0.001);
    if (after_h !== undefined) this.#rooms.set(after_h, coldest_c);
  };

  readonly figures = (): readonly Figure[] => [
    { words: 'coldest circuit’s rooms, °C', value: this.#coldest_c, digits: 2 },
    ...ROOMS_AFTER_H.map((hours) => ({
      words: `coldest circuit’s rooms ${hours} h after the burners are back, °C`,
      value: this.#rooms.get(hours),
      digits: 2,
    })),
    {
      words: 'most from the source afterwards, % of what it can give',
      value: (100 * this.most.is_kw) / this.most.may_kw,
      digits: 1,
    },
    { words: 'hours of recovery', value: this.#normal_h, digits: 2 },
  ];

  readonly courses = (): readonly RecordedCourse[] => [
    { title: 'Level of the shares in the recovery', unit: 'relative load', values: stairs(this.levels) },
  ];
}

export const SOURCE_TRIP: Scenario = {
  name: 'source-trip',
  what: 'the burners are out for three hours of a winter night; the operator says so after 12 minutes, and when they are back',
  stations: 24,
  hours: 36,
  short: { stations: 6, hours: 12 },
  weather: (at_h) => weatherOf(WINTER, at_h),
  measuredSource: true,
  faults: (at_h) =>
    at_h >= OUT_FROM_H && at_h < BACK_H
      ? { [SOURCE_ID]: [{ name: 'source_trip', target: '', size: 1 }] }
      : {},
  network: (at_h, { heat_max_kw }) => {
    const capacity_kw = heat_max_kw;
    if (at_h < SET_AT_H || at_h >= LIFTED_H) return { source: { capacity_kw } };
    const until = START + LIFTED_H * 3_600_000;
    return {
      source: { limit: { power_max_kw: LEFT * heat_max_kw, until, reason: 'burners are out' }, capacity_kw },
    };
  },
  without: { title: 'center, nobody says so', changes: { network: () => ({}) } },
  recorder: () => new TripRecorder(),
};
