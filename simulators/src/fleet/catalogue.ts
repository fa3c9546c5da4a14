/** From a place to a station: circuits, plant and firmware rules, the same ones at every start. */
import { circuitOf as plantCircuitOf, type CircuitDesign } from '../plant/circuit-design.ts';
import { between, randomFrom, uniform, type Random } from '../plant/random.ts';
import type { PlantDesign } from '../plant/station-plant.ts';
import { commissioningCurve } from '../firmware/local-curve.ts';
import type { CircuitRules } from '../firmware/rules.ts';
import type { RegisteredCircuit, Registration, StationDesign } from '../firmware/station-design.ts';
import { toM3H } from '../plant/water.ts';
import { SOURCE_ID, SOURCE_PLACE } from './city-design.ts';
import { DHW_W_M2, KINDS, SHARES, type CircuitId } from './layouts.ts';
import { DISTRICTS, places, type Place } from './places.ts';

/** Reporting periods of demo stations, s. */
const EVERY_S = { default: 10, meter: 60 } as const;
/** Outdoor design temperature of Taiyuan and the room target, °C. */
const DESIGN = { outdoor_c: -10.1, room_c: 18 } as const;
const PUMPS = ['a', 'b'] as const;

function circuitDesign(
  id: CircuitId,
  area_m2: number,
  at: { random: Random; index_w_m2: number },
): CircuitDesign {
  const { random, index_w_m2 } = at;
  const { kind, supply_c, return_c, dp_kpa, static_kpa } = KINDS[id];
  return {
    ...DESIGN,
    id,
    kind,
    supply_c,
    return_c,
    dp_kpa,
    static_kpa,
    heated_area_m2: area_m2,
    heat_index_w_m2: kind === 'dhw' ? DHW_W_M2 : index_w_m2,
    oversize: between(random, 0.94, 1.18),
    loss_factor: between(random, 0.86, 1.06),
    time_constant_h: between(random, 70, 150),
    leak_m3_h: (area_m2 / 50_000) * between(random, 0.01, 0.07),
  };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

interface Built {
  readonly circuit: CircuitDesign;
  readonly registered: RegisteredCircuit;
  readonly rules: CircuitRules;
  readonly own_flow_m3_h: number;
}

function builtOf(id: CircuitId, circuit: CircuitDesign): Built {
  const { kind, limits, equipment, ramp_k_per_min } = KINDS[id];
  const { supply_c, return_c, heated_area_m2, heat_index_w_m2 } = circuit;
  const own_flow_m3_h = tenth(plantCircuitOf(circuit).pump.flow_m3_h);
  const flow = { min: tenth(0.3 * own_flow_m3_h), max: tenth(1.25 * own_flow_m3_h) };
  const supply = { min: equipment[0], max: equipment[1] };
  const heating = kind !== 'dhw';
  return {
    circuit,
    own_flow_m3_h,
    rules: {
      id,
      kind,
      supply,
      accepts: heating ? { supply_c: supply, flow_m3_h: flow } : { supply_c: supply },
      curve: commissioningCurve({ ...circuit, kind }),
      pumps: PUMPS,
    },
    registered: {
      id,
      kind,
      accepts: heating ? ['supply_c', 'flow_m3_h'] : ['supply_c'],
      design: { supply_c, return_c, ...DESIGN },
      limits: {
        supply_min_c: limits[0],
        supply_max_c: limits[1],
        ...(heating ? { flow_min_m3_h: flow.min, flow_max_m3_h: flow.max } : {}),
        ramp_k_per_min,
      },
      ...(heating ? { heated_area_m2, heat_index_w_m2 } : {}),
    },
  };
}

/** Flat numbers of sample rooms: building, entrance, flat. */
function roomsOf(built: readonly Built[], random: Random): PlantDesign['rooms'] {
  const rooms: Record<string, string[]> = {};
  for (const [index, { circuit }] of built.entries()) {
    if (circuit.kind === 'dhw') continue;
    rooms[circuit.id] = [1, 2].map((nth) => {
      const floor = index * 6 + Math.floor(between(random, 1, 6));
      return `${nth + 2 * index}-${Math.floor(between(random, 1, 4))}-${floor}0${Math.floor(between(random, 1, 5))}`;
    });
  }
  return rooms;
}

/** What a contract for a station without secondary measurement would hold. */
function primaryLimits(built: readonly Built[]): NonNullable<Registration['primary_limits']> {
  const circuits = built.map(({ circuit }) => plantCircuitOf(circuit));
  const kg_s = circuits.reduce((sum, { exchanger }) => sum + exchanger.primary_kg_s, 0);
  const heat_kw = circuits.reduce((sum, circuit) => sum + circuit.heat_kw, 0);
  return {
    flow_max_m3_h: Math.ceil(1.2 * toM3H(kg_s, 50)),
    power_max_kw: Math.ceil(1.1 * heat_kw),
    return_max_c: 62,
  };
}

/** Two of three stations have sample flats with a sensor. */
const hasRooms = ({ id, measures }: Place): boolean =>
  measures !== 'primary' && uniform(randomFrom(`rooms ${id}`)) < 0.67;

function stationOf(place: Place): StationDesign {
  const random = randomFrom(`design ${place.id}`);
  const index_w_m2 = Math.round(
    place.layout.startsWith('floor') ? between(random, 38, 44) : between(random, 44, 54),
  );
  const built = SHARES[place.layout].map(({ id, share }) => {
    const area_m2 = Math.round(place.heated_area_m2 * share);
    return builtOf(id, circuitDesign(id, area_m2, { random, index_w_m2 }));
  });
  const { en, zh } = DISTRICTS[place.district];
  const primaryOnly = place.measures === 'primary';
  return {
    ...(primaryOnly ? { primary_only: true } : {}),
    registration: {
      id: place.id,
      name: { en: place.en, zh: place.zh },
      kind: 'station',
      place: { lat: place.lat, lon: place.lon },
      area: { en, zh },
      heated_area_m2: place.heated_area_m2,
      priority: place.priority,
      control: 'on',
      every_s: EVERY_S,
      simulated: true,
      circuits: primaryOnly ? [] : built.map(({ registered }) => registered),
      primary_accepts: ['flow_max_m3_h', 'power_max_kw', 'return_max_c'],
      ...(primaryOnly ? { primary_limits: primaryLimits(built) } : {}),
    },
    plant: {
      id: place.id,
      circuits: built.map(({ circuit }) => circuit),
      outdoor_offset_k: between(random, -0.6, 0.6),
      rooms: hasRooms(place) ? roomsOf(built, random) : {},
    },
    rules: {
      circuits: built.map(({ rules }) => (primaryOnly ? { ...rules, accepts: {} } : rules)),
      primary: {
        flow_max_m3_h: { min: 1, max: 2000 },
        power_max_kw: { min: 50, max: 100_000 },
        return_max_c: { min: 25, max: 90 },
      },
    },
    ramp_k_per_min: Object.fromEntries(SHARES[place.layout].map(({ id }) => [id, KINDS[id].ramp_k_per_min])),
    own_flow_m3_h: Object.fromEntries(built.map(({ circuit, own_flow_m3_h }) => [circuit.id, own_flow_m3_h])),
  };
}

/** The first `count` stations of the city. */
export function catalogue(count: number): StationDesign[] {
  return places(count).map(stationOf);
}

/** The heat source's own station: it tells what is produced, and takes no commands. */
function sourceStation(): StationDesign {
  return {
    primary_only: true,
    registration: {
      id: SOURCE_ID,
      name: { en: 'Central Heating Plant', zh: '城中热源厂' },
      kind: 'source',
      place: SOURCE_PLACE,
      area: { en: 'Yingze', zh: '迎泽区' },
      priority: 'ordinary',
      control: 'observe',
      every_s: EVERY_S,
      simulated: true,
      circuits: [],
    },
    plant: { id: SOURCE_ID, circuits: [], outdoor_offset_k: 0, rooms: {} },
    rules: { circuits: [], primary: {} },
    ramp_k_per_min: {},
    own_flow_m3_h: {},
  };
}

/** The first `count` stations and the source that feeds them. */
export function demoCity(count: number): StationDesign[] {
  return count === 0 ? [] : [...catalogue(count), sourceStation()];
}
