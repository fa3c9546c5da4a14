/** Faults by name, injected into a running plant. What each does stands in `docs/plant.md`. */

export interface FaultDefinition {
  /** What `target` names: a point (`circuits.low.supply_c`), a circuit (`low`), a pump (`low.a`), or nothing. */
  readonly on: 'point' | 'circuit' | 'pump' | 'station' | 'source';
  /** What `size` means, with its unit, and its value where none is given. */
  readonly size: { readonly unit: string; readonly usual: number };
  readonly meaning: string;
}

const NO_SIZE = { unit: '', usual: 1 } as const;

export const FAULTS = {
  sensor_stuck: { on: 'point', size: NO_SIZE, meaning: 'the sensor shows its last value for ever' },
  sensor_drift: {
    on: 'point',
    size: { unit: 'units of the point per hour', usual: 0.5 },
    meaning: 'the sensor walks off',
  },
  sensor_dead: { on: 'point', size: NO_SIZE, meaning: 'the sensor is broken: null' },
  fouling: {
    on: 'circuit',
    size: { unit: 'share of the heat transfer coefficient lost', usual: 0.6 },
    meaning: 'scale on the plates',
  },
  leak: {
    on: 'circuit',
    size: { unit: 'm³/h', usual: 1.5 },
    meaning: 'the secondary circuit loses water',
  },
  valve_hunting: {
    on: 'circuit',
    size: { unit: 'times the gain of the loop', usual: 8 },
    meaning: 'the control valve hunts: gain too high and a sticky stem',
  },
  valve_stuck: { on: 'circuit', size: NO_SIZE, meaning: 'the control valve stays where it is' },
  pump_trip: { on: 'pump', size: NO_SIZE, meaning: 'the drive of a pump tripped' },
  wrong_schedule: {
    on: 'circuit',
    size: { unit: 'share of the emitters shut', usual: 0.7 },
    meaning: 'a time switch shuts the emitters by day, 8 to 17 h',
  },
  bypass: {
    on: 'station',
    size: { unit: 'share of the design flow', usual: 0.3 },
    meaning: 'hot primary water returns unused',
  },
  unauthorised_use: {
    on: 'circuit',
    size: { unit: 'share of the design heat', usual: 0.25 },
    meaning: 'someone else draws heat from the circuit',
  },
  wrong_curve: {
    on: 'station',
    size: { unit: 'K', usual: -8 },
    meaning: 'the own curve is shifted by mistake',
  },
  lost_link: { on: 'station', size: NO_SIZE, meaning: 'no connection to the center' },
  clock_drift: {
    on: 'station',
    size: { unit: 's per hour', usual: 60 },
    meaning: 'the wall clock runs ahead',
  },
  local_mode: { on: 'station', size: NO_SIZE, meaning: 'switched to its own curve by hand' },
  manual_mode: { on: 'station', size: NO_SIZE, meaning: 'actuators worked by hand' },
  broken_pipe: {
    on: 'station',
    size: { unit: 'opening, share of the pipe’s own conductance', usual: 0.5 },
    meaning: 'the primary supply pipe to this station bursts',
  },
  source_trip: { on: 'source', size: NO_SIZE, meaning: 'the burners are out' },
  source_limit: {
    on: 'source',
    size: { unit: 'share of the full power left', usual: 0.8 },
    meaning: 'the source is short',
  },
  source_cool: {
    on: 'source',
    size: { unit: '°C that its supply reaches', usual: 92 },
    meaning: 'the supply of the source gets no warmer',
  },
} as const satisfies Record<string, FaultDefinition>;

export type FaultName = keyof typeof FAULTS;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** A fault at work. `since_s` is the plant's time at which it began. */
export interface Fault {
  readonly name: FaultName;
  readonly target: string;
  readonly size: number;
  readonly since_s: number;
}

export type FaultWish = Omit<Fault, 'since_s'>;

/** Size of a fault where it is at work, 0 where it is not. An empty target means every one. */
export function faultSize(faults: readonly Fault[], name: FaultName, target = ''): number {
  for (const fault of faults) {
    if (fault.name === name && (fault.target === target || fault.target === '')) return fault.size;
  }
  return 0;
}

/** The list now wanted; those that went on keep their beginning. */
export function renewed(faults: readonly Fault[], wanted: readonly FaultWish[], now_s: number): Fault[] {
  return wanted.map((wish) => {
    const before = faults.find(({ name, target }) => name === wish.name && target === wish.target);
    return { ...wish, since_s: before?.since_s ?? now_s };
  });
}
