/**
 * Uneven networks of 200 stations: what balance across stations and room feedback make of them.
 *
 * (a) the water is uneven: pumps that bring less than planned, scale, mains that are too narrow for the far end;
 * (b) the curves are wrong, and sample flats tell; (c) the curves are wrong, and nobody tells.
 */
import type { CircuitConfig, StationConfig } from '@heat-center/controller/domain/config.ts';
import type { NetworkSettings } from '@heat-center/controller/domain/network/settings.ts';
import type { StationDesign } from '@heat-center/simulators/firmware/station-design.ts';
import type { FaultWish } from '@heat-center/simulators/plant/faults.ts';
import { beyond, EvennessRecorder, ROOMS, SEEN, SPREAD } from './evenness.ts';
import { WARM_UP_H, type Scenario } from './run.ts';
import type { VirtualStation } from './station.ts';
import { weatherOf, type Course } from './weather.ts';

const WINTER: Course = { mean_c: [[0, -4]], swing_k: 4, clear: 0.4 };

const BALANCE: NetworkSettings = {
  balance: { on: true, gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 1, bound_k: 5 },
};

/** On from the first hour, so that what is seen before is what it found. */
const balanced = (at_h: number): NetworkSettings => (at_h < 0 ? {} : BALANCE);

/** Evenly over 0 … 1 without order: multiples of the golden ratio, or of another irrational one. */
const spreadOver = (nth: number, step = 0.618_033_988_75): number => (nth * step) % 1;

// ---------------------------------------------------------------- (a) uneven water

/** Share of the planned flow that a circuit's pump brings: half of them all, the others down to 60 %. */
const flowShare = (nth: number): number => Math.min(1, 0.6 + 0.8 * spreadOver(nth));

function weakPumps(design: StationDesign, nth: number): StationDesign {
  const share = flowShare(nth);
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  const registered = design.registration.circuits.map((circuit) => {
    const { flow_max_m3_h } = circuit.limits;
    if (flow_max_m3_h === undefined) return circuit;
    return {
      ...circuit,
      limits: { ...circuit.limits, flow_max_m3_h: tenth((flow_max_m3_h / 1.25) * share) },
    };
  });
  const own = Object.entries(design.own_flow_m3_h).map(([id, flow]) => {
    const heating = design.registration.circuits.some((one) => one.id === id && one.kind !== 'dhw');
    return [id, heating ? tenth(flow * share) : flow] as const;
  });
  return {
    ...design,
    registration: { ...design.registration, circuits: registered },
    own_flow_m3_h: Object.fromEntries(own),
  };
}

/** Every tenth station has lost two fifths of its heat transfer to scale. */
const scale = (stations: readonly string[]): Record<string, readonly FaultWish[]> =>
  Object.fromEntries(
    stations
      .filter((_, nth) => nth % 10 === 3)
      .map((id) => [id, [{ name: 'fouling', target: '', size: 0.4 }]]),
  );

/** Held at the source in place of 750 kPa. */
const SHORT_OF_PRESSURE_KPA = 450;

// ---------------------------------------------------------------- (b), (c) wrong curves

/** What right curves bring in this weather, °C; at first rooms are up to so far from it, K. */
const TARGET_C = 19.5;
const ROOMS_OFF_K = 3;
/** Supply that a lasting kelvin in the rooms takes, K/K: found with the plant. */
const SUPPLY_PER_ROOM = { radiators: 2.67, floor: 1.95 } as const;
/** Time constants of the buildings, h. */
const TIME_CONSTANT_H = [50, 100] as const;
const FLATS = 9;

/** From −1 to 1, by station. */
const wrongness = (nth: number): number => 2 * spreadOver(nth) - 1;

/** By how much a curve is wrong, K; hot water has none. */
function shiftOf(nth: number, kind: CircuitConfig['kind']): number {
  if (kind === 'dhw') return 0;
  const perRoom = SUPPLY_PER_ROOM[kind === 'floor' ? kind : 'radiators'];
  return Math.round(10 * wrongness(nth) * ROOMS_OFF_K * perRoom) / 10;
}

const flatsOf = (circuit: string, at: number): string[] =>
  Array.from({ length: FLATS }, (_, flat) => `${at + 1}-${flat + 1}-${circuit.slice(0, 1)}`);

const nthOf = new Map<string, number>();

/** Houses that differ in their mass alone, so that nothing but the curve is wrong; sample flats in each circuit, or in none. */
const alike =
  (rooms: boolean) =>
  (design: StationDesign, nth: number): StationDesign => {
    nthOf.set(design.registration.id, nth);
    const [least_h, most_h] = TIME_CONSTANT_H;
    const time_constant_h = least_h + (most_h - least_h) * spreadOver(nth + 1, 0.754_877_666_25);
    const heating = design.plant.circuits.filter(({ kind }) => kind !== 'dhw');
    const shifts = new Map(design.plant.circuits.map(({ id, kind }) => [id, shiftOf(nth, kind)]));
    return {
      ...design,
      plant: {
        ...design.plant,
        circuits: design.plant.circuits.map((circuit) => ({
          ...circuit,
          oversize: 1,
          loss_factor: 0.96,
          time_constant_h,
        })),
        rooms: rooms ? Object.fromEntries(heating.map(({ id }, at) => [id, flatsOf(id, at)])) : {},
      },
      rules: {
        ...design.rules,
        circuits: design.rules.circuits.map((circuit) => ({
          ...circuit,
          curve: circuit.curve.map(
            ([outdoor_c, supply_c]) => [outdoor_c, supply_c + (shifts.get(circuit.id) ?? 0)] as const,
          ),
        })),
      },
    };
  };

/** Rooms as they are after weeks on the wrong curve. */
function settledRooms({ plant }: VirtualStation, nth: number): void {
  for (const { building } of Object.values(plant.state.circuits)) {
    const off_k = TARGET_C + ROOMS_OFF_K * wrongness(nth) - building.air_c;
    building.air_c += off_k;
    // Walls stand between room and weather.
    building.wall_c += 0.9 * off_k;
  }
}

const wrongCurves =
  (rooms: boolean) =>
  (config: StationConfig): StationConfig => {
    const nth = nthOf.get(config.id) ?? 0;
    const circuits = config.circuits.map((circuit, at): CircuitConfig => {
      if (circuit.kind === 'dhw') return circuit;
      const feedback = { room_feedback: { rooms: flatsOf(circuit.id, at), target_c: TARGET_C } };
      return { ...circuit, curve: { shift_k: shiftOf(nth, circuit.kind) }, ...(rooms ? feedback : {}) };
    });
    return { ...config, circuits };
  };

/** Rooms are heard from the first moment: hours count from there. */
const sinceRooms = (hours: number): number => hours - WARM_UP_H;

export const UNEVEN: readonly Scenario[] = [
  {
    name: 'uneven-network',
    what: 'the water is uneven: half of the pumps bring less than planned (down to 60 %), a tenth of the exchangers lost two fifths to scale, and the far ends of the mains are short of pressure; balance is on from hour 0',
    stations: 200,
    hours: 24,
    short: { stations: 12, hours: 12 },
    weather: (at_h) => weatherOf(WINTER, at_h),
    network: balanced,
    design: weakPumps,
    town: (town) => ({ ...town, source: { ...town.source, dp_set_kpa: SHORT_OF_PRESSURE_KPA } }),
    faults: (_, stations) => scale(stations),
    recorder: () => new EvennessRecorder({ begins_h: 0 }),
    broken: (figures) => beyond(figures, [[SPREAD, 12, 0, 0.03]]),
  },
  {
    name: 'uneven-network-curves',
    what: 'the curves are wrong by up to ±3 K in the rooms, and nine sample flats in each circuit tell; buildings of 50 to 100 h; room feedback and balance, hours since rooms are heard',
    stations: 200,
    hours: sinceRooms(168),
    short: { stations: 5, hours: sinceRooms(48) },
    weather: (at_h) => weatherOf(WINTER, at_h),
    network: balanced,
    design: alike(true),
    prepare: settledRooms,
    settings: wrongCurves(true),
    recorder: () => new EvennessRecorder({ begins_h: -WARM_UP_H, target_c: TARGET_C }),
    broken: (figures) =>
      beyond(figures, [
        [ROOMS, 48, 0, 1],
        [ROOMS, 168, 0, 0.5],
      ]),
  },
  {
    name: 'uneven-network-unseen',
    what: 'the same wrong curves and no room that tells: the center sees an even network from the start, and rooms stay as they are',
    stations: 40,
    hours: sinceRooms(48),
    short: { stations: 5, hours: sinceRooms(24) },
    weather: (at_h) => weatherOf(WINTER, at_h),
    network: balanced,
    design: alike(false),
    prepare: settledRooms,
    settings: wrongCurves(false),
    recorder: () => new EvennessRecorder({ begins_h: -WARM_UP_H, target_c: TARGET_C }),
    broken: (figures) =>
      beyond(figures, [
        [SEEN, 24, 0, 0.02],
        [ROOMS, 24, 2, 4],
      ]),
  },
];
