/** The made-up city's heat source and primary network: where pipes run and how wide they are. */
import { circuitOf } from '../plant/circuit-design.ts';
import type { CityDesign } from '../plant/city.ts';
import type { SectionDesign } from '../plant/network.ts';
import type { StationDesign } from '../firmware/station-design.ts';

export const SOURCE_ID = 'central-plant';
export const SOURCE_PLACE = { lat: 37.857, lon: 112.548 } as const;

/** Streets are longer than the straight line. */
const DETOUR = 1.15;
const M_PER_DEGREE = 111_200;
/** Pressure difference that the source's pump holds, and what is left of it at the far end of a main at design, kPa. */
const DP_SET_KPA = 750;
const DP_LEFT_KPA = 120;
const DENSITY_KG_M3 = 975;
const LEAST_INNER_M = 0.08;
/** Stations of the whole city: those that are not simulated share the mains, which are as wide and fast as a city's. */
const CITY_STATIONS = 720;

interface Point {
  readonly lat: number;
  readonly lon: number;
}

function distance_m(one: Point, two: Point): number {
  const north = (one.lat - two.lat) * M_PER_DEGREE;
  const east = (one.lon - two.lon) * M_PER_DEGREE * Math.cos((one.lat * Math.PI) / 180);
  return DETOUR * Math.hypot(north, east);
}

/** Inner diameter for a flow and a loss: d⁵ = 8·λ·ṁ²/(π²·ρ·Δp/L) (Darcy and Weisbach), λ = 0.023 with fittings. */
function inner_m(kg_s: number, loss_kpa_m: number): number {
  const fifth = (8 * 0.023 * kg_s ** 2) / (Math.PI ** 2 * DENSITY_KG_M3 * loss_kpa_m * 1000);
  return Math.max(LEAST_INNER_M, Math.round(fifth ** 0.2 * 100) / 100);
}

const design_kg_s = ({ plant }: StationDesign): number =>
  plant.circuits.reduce((sum, circuit) => sum + circuitOf(circuit).exchanger.primary_kg_s, 0);

interface Stop {
  readonly id: string;
  readonly place: Point;
  readonly kg_s: number;
}

/** From the source to the nearest stop, and on to the nearest that is left. */
function ordered(stops: readonly Stop[]): Stop[] {
  const left = [...stops];
  const way: Stop[] = [];
  let here: Point = SOURCE_PLACE;
  while (left.length > 0) {
    let nearest = 0;
    for (const [at, { place }] of left.entries()) {
      if (distance_m(place, here) < distance_m(left[nearest]?.place ?? place, here)) nearest = at;
    }
    const [next] = left.splice(nearest, 1);
    if (!next) break;
    way.push(next);
    here = next.place;
  }
  return way;
}

/** One main for each district from the source, past its stations. */
function mains(designs: readonly StationDesign[]): Stop[][] {
  const districts = new Map<string, Stop[]>();
  for (const design of designs) {
    const { id, place, area } = design.registration;
    const stops = districts.get(area.en) ?? [];
    stops.push({ id, place, kg_s: design_kg_s(design) });
    districts.set(area.en, stops);
  }
  return [...districts.values()].map(ordered);
}

/** Mains as chains of sections; a long one runs past at most so many stations before it forks from the first again. */
const LONGEST_CHAIN = 24;

interface Leg {
  readonly stop: Stop;
  readonly parent: Stop | undefined;
  readonly length_m: number;
  /** Way from the source to its end, m. */
  readonly way_m: number;
  readonly kg_s: number;
}

function legsOf(stops: readonly Stop[]): Leg[] {
  const legs: Leg[] = [];
  for (const [at, stop] of stops.entries()) {
    const forks = at % LONGEST_CHAIN === 0;
    const before = at === 0 ? undefined : legs[forks ? 0 : at - 1];
    const end = at === 0 ? stops.length : Math.ceil((at + 1) / LONGEST_CHAIN) * LONGEST_CHAIN;
    const length_m = Math.max(60, distance_m(stop.place, before?.stop.place ?? SOURCE_PLACE));
    legs.push({
      stop,
      parent: before?.stop,
      length_m,
      way_m: length_m + (before?.way_m ?? 0),
      kg_s: stops.slice(at, end).reduce((sum, one) => sum + one.kg_s, 0),
    });
  }
  return legs;
}

/** Pipes of a main are chosen so that its far end keeps what a station needs. */
function sectionsOf(stops: readonly Stop[], share: number): SectionDesign[] {
  const legs = legsOf(stops);
  const longest_m = Math.max(...legs.map(({ way_m }) => way_m));
  const loss_kpa_m = (DP_SET_KPA - DP_LEFT_KPA) / (2 * longest_m);
  return legs.map(({ stop, parent, length_m, kg_s }) => ({
    id: stop.id,
    ...(parent ? { parent: parent.id } : {}),
    length_m,
    inner_m: inner_m(kg_s / share, loss_kpa_m),
    share,
  }));
}

/** The network to these stations, with a source that is a little larger than what they need at design. */
export function cityDesign(designs: readonly StationDesign[]): CityDesign {
  const stations = designs.filter(({ registration }) => registration.kind === 'station');
  const heat_kw = stations
    .flatMap(({ plant }) => plant.circuits)
    .reduce((sum, circuit) => sum + circuitOf(circuit).heat_kw, 0);
  const all = mains(stations);
  const share = Math.min(1, stations.length / CITY_STATIONS);
  const flows = all.flat().map(({ id, kg_s }) => [id, kg_s] as const);
  return {
    source_id: SOURCE_ID,
    source: {
      heat_max_kw: Math.round(1.1 * heat_kw),
      ramp_s: 1200,
      dp_set_kpa: DP_SET_KPA,
      shut_off_kpa: 900,
      design_kg_s: Math.max(
        1,
        flows.reduce((sum, [, kg_s]) => sum + kg_s, 0),
      ),
      hold_kpa: 350,
    },
    sections: all.flatMap((stops) => sectionsOf(stops, share)),
    station_kg_s: Object.fromEntries(flows),
  };
}
