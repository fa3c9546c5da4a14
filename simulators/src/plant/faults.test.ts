/** Each fault leaves the sign by which it can be found. */
import { describe, expect, it } from 'vitest';
import type { CircuitDesign } from './circuit-design.ts';
import type { CircuitState } from './circuit-state.ts';
import type { Environment } from './environment.ts';
import type { FaultWish } from './faults.ts';
import { measure } from './measure.ts';
import { plantOf, setFaults, stepPlant, type Plant } from './station-plant.ts';

const LOW: CircuitDesign = {
  id: 'low',
  kind: 'radiators',
  heated_area_m2: 35_000,
  heat_index_w_m2: 45,
  supply_c: 75,
  return_c: 50,
  room_c: 18,
  outdoor_c: -10.1,
  oversize: 1,
  loss_factor: 1,
  time_constant_h: 100,
  static_kpa: 330,
  dp_kpa: 85,
  leak_m3_h: 0.02,
};
const COLD: Environment = {
  supply_c: 100,
  supply_kpa: 640,
  return_kpa: 395,
  outdoor_c: -2,
  sun: 0,
  hour: 12,
};

interface Lived {
  readonly plant: Plant;
  readonly low: CircuitState;
  readonly kwh: number;
  /** Valve travel and make-up since the fault began. */
  readonly travel: number;
  readonly makeup_m3: number;
}

/** Two days of peace, then twelve hours with the fault. */
function lived(fault?: Omit<FaultWish, 'size'> & { size?: number }, duty = 'a'): Lived {
  const plant = plantOf(
    { id: 'test', circuits: [LOW], outdoor_offset_k: 0, rooms: { low: ['1-1-101'] } },
    COLD,
  );
  const run = (hours: number): void => {
    const controls = { supply_set_c: 60, duty, valve_closed: false };
    for (let second = 0; second < hours * 3600; second += 10)
      stepPlant(plant, { circuits: { low: controls }, primary: {} }, { environment: COLD, dt_s: 10 });
  };
  run(48);
  const low = plant.state.circuits.low;
  if (!low) throw new Error('no circuit');
  const before = { kwh: plant.state.energy_kwh, travel: low.travel, makeup_m3: low.makeup_m3 };
  setFaults(plant, fault ? [{ size: 1, ...fault }] : []);
  run(12);
  return {
    plant,
    low,
    kwh: plant.state.energy_kwh - before.kwh,
    travel: low.travel - before.travel,
    makeup_m3: low.makeup_m3 - before.makeup_m3,
  };
}

const SOUND = lived();
const approach_k = ({ plant, low }: Lived): number => plant.state.primary_out_c - low.return_c;
const shown = ({ plant }: Lived): ReturnType<typeof measure> =>
  measure(plant, { setpoints: { low: { supply_set_c: 60, follows: 'curve', duty: 'a' } }, metered: true });

describe('signs of faults', () => {
  it('fouling: the returns part, and the same heat needs more water', () => {
    const fouled = lived({ name: 'fouling', target: 'low', size: 0.6 });
    expect(approach_k(fouled)).toBeGreaterThan(approach_k(SOUND) + 4);
    expect(fouled.plant.state.primary_flow_m3_h).toBeGreaterThan(1.1 * SOUND.plant.state.primary_flow_m3_h);
  });

  it('bypass: a hot return', () => {
    const { plant } = lived({ name: 'bypass', target: '', size: 0.3 });
    expect(plant.state.primary_out_c).toBeGreaterThan(SOUND.plant.state.primary_out_c + 8);
    expect(plant.state.power_kw).toBeCloseTo(SOUND.plant.state.power_kw, -1);
  });

  it('leak: make-up water', () => {
    const leaking = lived({ name: 'leak', target: 'low', size: 0.1 });
    expect(leaking.makeup_m3 - SOUND.makeup_m3).toBeGreaterThan(0.9);
    expect(leaking.makeup_m3 - SOUND.makeup_m3).toBeLessThan(1.5);
  });

  it('hunting and sticking: a valve that travels too much, or not at all', () => {
    expect(lived({ name: 'valve_hunting', target: 'low', size: 8 }).travel).toBeGreaterThan(
      20 * SOUND.travel + 2,
    );
    expect(lived({ name: 'valve_stuck', target: 'low' }).travel).toBe(0);
  });

  it('a wrong schedule takes heat by day, a stranger takes heat that no room gets', () => {
    const shut = lived({ name: 'wrong_schedule', target: 'low', size: 0.7 });
    expect(shut.kwh).toBeLessThan(0.75 * SOUND.kwh);
    expect(shut.low.building.air_c).toBeLessThan(SOUND.low.building.air_c - 1);
    const robbed = lived({ name: 'unauthorised_use', target: 'low', size: 0.25 });
    expect(robbed.kwh).toBeGreaterThan(1.1 * SOUND.kwh);
    expect(robbed.low.building.air_c).toBeLessThanOrEqual(SOUND.low.building.air_c);
  });

  it('sensors: dead, stuck and drifting show it, and mislead the loop', () => {
    const point = 'circuits.low.supply_c';
    expect(shown(lived({ name: 'sensor_dead', target: point })).circuits.low?.supply_c).toBeNull();
    expect(shown(lived({ name: 'sensor_dead', target: 'primary.power_kw' })).primary.power_kw).toBeNull();
    expect(
      shown(lived({ name: 'sensor_dead', target: 'rooms.1-1-101.air_c' })).rooms?.['1-1-101']?.air_c,
    ).toBeNull();
    const drifting = lived({ name: 'sensor_drift', target: point, size: 0.5 });
    expect(Number(shown(drifting).circuits.low?.supply_c)).toBeCloseTo(60, 0);
    expect(drifting.low.exchanger_c).toBeLessThan(55);
    const stuck = lived({ name: 'sensor_stuck', target: 'outdoor_c' });
    stepPlant(
      stuck.plant,
      { circuits: {}, primary: {} },
      { environment: { ...COLD, outdoor_c: 15 }, dt_s: 10 },
    );
    expect(shown(stuck).outdoor_c).toBeCloseTo(-2, 0);
    setFaults(stuck.plant, []);
    expect(stuck.plant.state.stuck).toEqual({});
  });

  it('go on from where they began while others come and go', () => {
    const plant = plantOf({ id: 'test', circuits: [LOW], outdoor_offset_k: 0, rooms: {} }, COLD);
    const drift = { name: 'sensor_drift', target: 'outdoor_c', size: 2 } as const;
    setFaults(plant, [drift]);
    stepPlant(plant, { circuits: {}, primary: {} }, { environment: COLD, dt_s: 10 });
    setFaults(plant, [drift, { name: 'leak', target: 'low', size: 1 }]);
    expect(plant.state.faults.map(({ since_s }) => since_s)).toEqual([0, 10]);
  });
});
