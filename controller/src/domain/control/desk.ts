/** Where the setpoints of a circuit are decided one after the other: what rules read, and what each has come to. */
import type { SetpointName } from '../config.ts';
import type { Moving } from '../moving.ts';
import type { Course } from './course.ts';
import type { CircuitCase } from './decide.ts';
import { slotOf, type Slot } from './memory.ts';
import type { Given } from './rule.ts';
import type { WantedRule } from './wanted.ts';

/** What the setpoints of a circuit have in common, and that which is at hand. One object, since ten thousand are made. */
export interface Desk extends Moving<Given> {
  readonly circuit: CircuitCase;
  readonly course: Course | undefined;
  name: SetpointName;
  /** Where the circuit remembers it. */
  slot: Slot;
  /** Undefined where the setpoint is only ever wished. */
  rule: WantedRule | undefined;
  /** Wanted by its rule now; undefined where that lacks something. */
  computed: number | undefined;
  /** The same or, while it is held, the last good one. */
  wanted: number | undefined;
}

/** A desk with nothing at hand yet. */
export function deskFor(circuit: CircuitCase, course: Course | undefined): Desk {
  const { station, sensors, state } = circuit;
  return {
    circuit,
    course,
    name: 'supply_c',
    slot: slotOf('supply_c'),
    rule: undefined,
    computed: undefined,
    wanted: undefined,
    now: station.now,
    config: sensors.circuit,
    primary: station.config.primary_limits,
    meter_s: station.config.every_s.meter,
    design_flow_m3_h: sensors.design_flow_m3_h,
    inputs: circuit.inputs,
    position: undefined,
    passed_s: circuit.passed_s,
    wish: undefined,
    target: Number.NaN,
    boosting: state.night?.boost !== undefined,
    short: circuit.short,
    ratio: course?.ratio,
    caps: state.caps,
    settled: undefined,
  };
}
