/** A circuit as the rules see it: its settings, what is measured now and what is remembered. */
import type { CircuitConfig, SetpointName, StationConfig } from '../config.ts';
import type { CircuitDecision, Decision } from '../effects.ts';
import type { StationImage } from '../image.ts';
import { freshSince } from '../points.ts';
import { designFlow } from '../physics/flow.ts';
import { isDesign } from '../physics/weather-curve.ts';
import { newMemory, restoredMemory, type Memory } from './memory.ts';
import type { NightState } from './night.ts';
import type { RoomState } from './rooms.ts';
import type { CapState } from './supply-cap.ts';

/** Measurements that rules may ask for, in the catalogue's units. */
export interface Inputs {
  /** Low-passed, from the own sensor or a substitute; what the curve follows. */
  readonly outdoor_filtered_c: number | undefined;
  /** Of the own sensor alone. */
  readonly outdoor_c: number | undefined;
  readonly primary_return_c: number | undefined;
  readonly primary_power_kw: number | undefined;
  readonly primary_flow_m3_h: number | undefined;
  /** Minute of the day at the site. */
  readonly local_minute: number | undefined;
  /** Of the circuit that is being decided. */
  readonly circuit_return_c?: number | undefined;
}
export type InputName = keyof Inputs;

/** How an input is called where an operator reads that it is missing. */
export const INPUT_POINT: Readonly<Record<InputName, string>> = {
  outdoor_filtered_c: 'outdoor_c',
  outdoor_c: 'outdoor_c',
  primary_return_c: 'primary.return_c',
  primary_power_kw: 'primary.power_kw',
  primary_flow_m3_h: 'primary.flow_m3_h',
  local_minute: 'local_time',
  circuit_return_c: 'return_c',
};

/** Limits that act slowly and remember how far they are. */
export type CapName = 'return_limit' | 'power_limit' | 'primary_flow_limit';

/**
 * What came later than the first version is optional, so that an older snapshot starts. The cycle of its station alone
 * moves it on, in place: remade for ten thousand circuits every ten seconds it would be collected at length.
 */
export interface CircuitState extends CircuitDecision {
  /** The latest decisions, with their traces. */
  readonly decisions: Decision[];
  readonly memory: Memory;
  readonly caps?: Readonly<Partial<Record<CapName, CapState>>> | undefined;
  /** Stage of stepped flow; 0 full flow. */
  readonly stage?: number | undefined;
  readonly night?: NightState | undefined;
  readonly rooms?: RoomState | undefined;
}

export const newCircuit = (circuit: string, at: number): CircuitState => ({
  circuit,
  at,
  decisions: [],
  memory: newMemory(),
  caps: undefined,
  stage: undefined,
  night: undefined,
  rooms: undefined,
});

/** As earlier versions kept circuits: by id, outputs and decisions elsewhere. */
export type EarlierCircuits = ReadonlyMap<string, Pick<CircuitState, 'caps' | 'stage' | 'night' | 'rooms'>>;

const isCurrent = (saved: readonly CircuitState[] | EarlierCircuits): saved is readonly CircuitState[] =>
  Array.isArray(saved);

/** Circuits of a snapshot. Of an earlier version's the outputs are not known: ramps begin where the station works. */
export function restoredCircuits(saved: readonly CircuitState[] | EarlierCircuits): CircuitState[] {
  if (isCurrent(saved))
    return saved.map((circuit) => ({ ...circuit, memory: restoredMemory(circuit.memory) }));
  return [...saved].map(([id, { caps, stage, night, rooms }]) => ({
    ...newCircuit(id, 0),
    caps,
    stage,
    night,
    rooms,
  }));
}

/** An operator's wish in force for one circuit. */
export interface ActiveWish {
  readonly id: string;
  readonly by: string;
  readonly until: number;
  readonly setpoints: Readonly<Partial<Record<SetpointName, number>>>;
}

/** The point of the setpoint in force and of the measured value for each setpoint. */
export const IN_FORCE: Readonly<Record<SetpointName, string>> = {
  supply_c: 'supply_set_c',
  flow_m3_h: 'flow_set_m3_h',
  dp_kpa: 'dp_set_kpa',
};

/** Full ids of a circuit's points, put together once: looking up a fresh string costs ten times as much. */
export interface PointIds extends Readonly<
  Record<SetpointName, { readonly set: string; readonly is: string }>
> {
  readonly return_c: string;
  readonly follows: string;
  readonly valve_pct: string;
}

const ids = new WeakMap<CircuitConfig, PointIds>();

export function pointIds(circuit: CircuitConfig): PointIds {
  const known = ids.get(circuit);
  if (known) return known;
  const of = (name: string): string => `circuits.${circuit.id}.${name}`;
  const setpoint = (name: SetpointName) => ({ set: of(IN_FORCE[name]), is: of(name) });
  const made: PointIds = {
    return_c: of('return_c'),
    follows: of('follows'),
    valve_pct: of('valve_pct'),
    supply_c: setpoint('supply_c'),
    flow_m3_h: setpoint('flow_m3_h'),
    dp_kpa: setpoint('dp_kpa'),
  };
  ids.set(circuit, made);
  return made;
}

/** A fit value of a point of the station; none that the heat meter speaks. */
export function measured(
  station: { readonly config: StationConfig; readonly image: StationImage; readonly now: number },
  point: string,
): number | undefined {
  return station.image.points.fit(
    station.image.points.place(point),
    freshSince(station.now, station.config.every_s.default),
  );
}

/** Floor area that a heating circuit heats, m²: its own, else the station's divided by its heating circuits; 0 unknown. */
export function heatedArea(config: StationConfig, circuit: CircuitConfig): number {
  if (circuit.heated_area_m2 !== undefined) return circuit.heated_area_m2;
  const heating = config.circuits.filter(({ kind }) => kind !== 'dhw').length;
  return (config.heated_area_m2 ?? 0) / Math.max(heating, 1);
}

/** V′ of a heating circuit, m³/h; undefined while area or design is unknown. */
export function designFlowOf(config: StationConfig, circuit: CircuitConfig): number | undefined {
  const { design, kind } = circuit;
  if (!isDesign(design) || !kind || kind === 'dhw') return undefined;
  const area_m2 = heatedArea(config, circuit);
  return area_m2 > 0 ? designFlow(area_m2, design, circuit.heat_index_w_m2) : undefined;
}
