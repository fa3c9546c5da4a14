/**
 * Source, network and stations as one: the valves of all stations share one pressure difference, and what one takes
 * the others miss. A step has two halves around the steps of the stations, so that flow and heat are the same on
 * both sides and nothing is created between them.
 */
import type { Environment, Weather } from './environment.ts';
import { faultSize, type Fault } from './faults.ts';
import {
  filledNetwork,
  networkOf,
  networkStored_kj,
  solveNetwork,
  stepReturn,
  stepSupply,
  type Hydraulics,
  type Network,
  type NetworkState,
  type SectionDesign,
} from './network.ts';
import {
  plannedSupply_c,
  sourceDp_kpa,
  sourceStored_kj,
  startedSource,
  stepSource,
  type SourceDesign,
  type SourceFlows,
  type SourceState,
} from './source.ts';
import type { PipeState } from './pipe.ts';
import { WATER_KJ_KG_K } from './water.ts';

export interface CityDesign {
  readonly source: SourceDesign;
  /** Id of the station that is the source itself. */
  readonly source_id: string;
  readonly sections: readonly SectionDesign[];
  /** Design flow of the station at a section's end, kg/s, by the section's id; the station has the same id. */
  readonly station_kg_s: Readonly<Record<string, number>>;
}

/** Plain data, so that it can be saved as JSON. */
export interface CityState {
  readonly source: SourceState;
  readonly network: NetworkState;
  faults: Record<string, readonly Fault[]>;
}

/** A station as the network sees it; absent ones are taken as an ordinary load. */
export interface Connected {
  /** As its valves stand before the step, kg/s at 1 kPa. */
  readonly conductance: number;
  /** What it gave back in the step that was made, °C. */
  readonly primary_out_c: number;
}

export interface City {
  readonly design: CityDesign;
  readonly network: Network;
  readonly state: CityState;
}

/** First half of a step: pressures, flows and temperatures at each section's end. */
export interface Begun {
  readonly weather: Weather;
  readonly hydraulics: Hydraulics;
  readonly end_c: Float64Array;
  readonly return_kpa: Float64Array;
  /** Flow through each station and out of each burst, kg/s. */
  readonly station_kg_s: Float64Array;
  readonly burst_kg_s: Float64Array;
  readonly at_s: number;
  readonly dt_s: number;
  readonly lost_kw: number;
}

/** Where heat went in a step, kW. */
export interface Balance extends SourceFlows {
  /** Lost to the ground, and with water from bursts. */
  readonly lost_kw: number;
}

/** Load of a station that is not there: share of its design flow at 100 kPa, and its return temperature. */
const ABSENT_SHARE = 0.55;
const ABSENT_RETURN_C = 48;

export function cityOf(design: CityDesign, start: Weather | CityState): City {
  const network = networkOf(design.sections);
  if ('source' in start) return { design, network, state: start };
  const source = startedSource(design.source, start.outdoor_c);
  return {
    design,
    network,
    state: { source, network: filledNetwork(network, source.supply_c - 2, ABSENT_RETURN_C), faults: {} },
  };
}

/** Whether a saved state belongs to this network: every pipe holds what its size says. */
export function fitsDesign(design: CityDesign, { network }: CityState): boolean {
  const { sections } = networkOf(design.sections);
  const fits = (pipes: readonly PipeState[]): boolean =>
    pipes.length === sections.length &&
    sections.every(({ pipe }, at) => {
      const held_kj_k = pipes[at]?.plugs_kj_k.reduce((sum, plug) => sum + plug, 0) ?? 0;
      return Math.abs(held_kj_k / pipe.capacity_kj_k - 1) < 1e-6;
    });
  return fits(network.supply) && fits(network.return);
}

const absent = (kg_s: number): Connected => ({
  conductance: (ABSENT_SHARE * kg_s) / 10,
  primary_out_c: ABSENT_RETURN_C,
});

export type Stations = (id: string) => Connected | undefined;

/** Return pressures rise away from the source, from the pressure that is held there. */
function returnPressures(city: City, kg_s: Float64Array): Float64Array {
  const { network, design } = city;
  const return_kpa = new Float64Array(network.sections.length);
  for (const [at, { parent, pipe }] of network.sections.entries()) {
    const above_kpa = parent < 0 ? design.source.hold_kpa : (return_kpa[parent] ?? 0);
    return_kpa[at] = above_kpa + pipe.resistance * (kg_s[at] ?? 0) ** 2;
  }
  return return_kpa;
}

/** Solves the pressures for the valves as they stand and sends the supply on its way. */
export function beginStep(
  city: City,
  stations: Stations,
  step: { weather: Weather; at_s: number; dt_s: number },
): Begun {
  const { design, network, state } = city;
  const own = new Float64Array(network.sections.length);
  const burst = new Float64Array(network.sections.length);
  for (const [at, { id, pipe }] of network.sections.entries()) {
    const kg_s = design.station_kg_s[id];
    if (kg_s === undefined) continue;
    burst[at] = faultSize(state.faults[id] ?? [], 'broken_pipe') / Math.sqrt(pipe.resistance);
    own[at] = (stations(id) ?? absent(kg_s)).conductance;
  }
  const conductance = own.map((share, at) => share + (burst[at] ?? 0));
  const hydraulics = solveNetwork(network, conductance, (whole) => sourceDp_kpa(design.source, whole));
  const source_c = state.source.supply_c;
  const { end_c, lost_kw } = stepSupply(network, state.network, { hydraulics, source_c, dt_s: step.dt_s });
  const flowing = (share: number, at: number): number =>
    share * Math.sqrt(Math.max(0, hydraulics.dp_kpa[at] ?? 0));
  const station_kg_s = own.map(flowing);
  const burst_kg_s = burst.map(flowing);
  const return_kpa = returnPressures(city, hydraulics.kg_s);
  return { ...step, hydraulics, end_c, return_kpa, station_kg_s, burst_kg_s, lost_kw };
}

/** What a station meets in the step that was begun. */
export function environmentOf(city: City, begun: Begun, id: string): Environment {
  const { weather, hydraulics } = begun;
  if (id === city.design.source_id) return sourceEnvironment(city, begun);
  const at = city.network.index.get(id);
  if (at === undefined) throw new RangeError(`No section of the network leads to ${id}.`);
  const return_kpa = begun.return_kpa[at] ?? 0;
  return {
    ...weather,
    supply_c: begun.end_c[at] ?? 0,
    return_kpa,
    supply_kpa: return_kpa + (hydraulics.dp_kpa[at] ?? 0),
  };
}

function sourceEnvironment(city: City, { weather, hydraulics }: Begun): Environment {
  const { source, faults } = city.state;
  const { hold_kpa } = city.design.source;
  const kg_s = hydraulics.total_kg_s;
  return {
    ...weather,
    supply_c: source.supply_c,
    supply_kpa: hold_kpa + hydraulics.source_dp_kpa,
    return_kpa: hold_kpa,
    produced: {
      return_c: source.return_c,
      kg_s,
      heat_kw: kg_s * WATER_KJ_KG_K * (source.supply_c - source.return_c),
      electric_kw: source.electric_kw,
      tripped: faultSize(faults[city.design.source_id] ?? [], 'source_trip') > 0,
    },
  };
}

/** Second half, after every station has made its step: the return on its way back, and the boilers. */
export function endStep(city: City, stations: Stations, begun: Begun): Balance {
  const { design, network, state } = city;
  const heat_kw = new Float64Array(network.sections.length);
  let burst_kw = 0;
  for (const [at, { id }] of network.sections.entries()) {
    if (design.station_kg_s[id] === undefined) continue;
    const out_c = stations(id)?.primary_out_c ?? ABSENT_RETURN_C;
    heat_kw[at] = (begun.station_kg_s[at] ?? 0) * WATER_KJ_KG_K * out_c;
    burst_kw += (begun.burst_kg_s[at] ?? 0) * WATER_KJ_KG_K * (begun.end_c[at] ?? 0);
  }
  const back = stepReturn(network, state.network, {
    returned: { kg_s: begun.station_kg_s, heat_kw },
    dt_s: begun.dt_s,
  });
  const flows = stepSource(design.source, state.source, {
    weather: begun.weather,
    at_s: begun.at_s,
    faults: state.faults[design.source_id] ?? [],
    kg_s: begun.hydraulics.total_kg_s,
    back_kg_s: back.kg_s,
    back_kw: back.heat_kw,
    dp_kpa: begun.hydraulics.source_dp_kpa,
    dt_s: begun.dt_s,
  });
  return { ...flows, lost_kw: begun.lost_kw + back.lost_kw + burst_kw };
}

/** Heat in boilers and pipes above 0 °C, kJ. */
export const cityStored_kj = ({ design, state }: City): number =>
  sourceStored_kj(design.source, state.source) + networkStored_kj(state.network);

/**
 * What a station met before there was a city around it: the planned supply less an ordinary loss on the way, and a
 * middling share of the pressure difference.
 */
export function usualEnvironment(design: CityDesign, weather: Weather, outdoor_mean_c: number): Environment {
  const { hold_kpa, dp_set_kpa } = design.source;
  return {
    ...weather,
    supply_c: plannedSupply_c(outdoor_mean_c) - 2,
    supply_kpa: hold_kpa + 0.85 * dp_set_kpa,
    return_kpa: hold_kpa + 0.15 * dp_set_kpa,
  };
}
