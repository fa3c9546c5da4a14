import { describe, expect, it } from 'vitest';
import { stored_kj, type CircuitControls } from './circuit-state.ts';
import type { CircuitDesign } from './circuit-design.ts';
import { measure } from './measure.ts';
import type { Environment } from './environment.ts';
import { plantOf, stepPlant, type Plant, type PrimaryControls } from './station-plant.ts';

const COMMON = {
  heated_area_m2: 35_000,
  heat_index_w_m2: 45,
  room_c: 18,
  outdoor_c: -10.1,
  oversize: 1,
  loss_factor: 1,
  time_constant_h: 100,
  dp_kpa: 85,
  leak_m3_h: 0.05,
};
const LOW: CircuitDesign = {
  ...COMMON,
  id: 'low',
  kind: 'radiators',
  supply_c: 75,
  return_c: 50,
  static_kpa: 330,
};
const FLOOR: CircuitDesign = {
  ...COMMON,
  id: 'floor',
  kind: 'floor',
  supply_c: 45,
  return_c: 35,
  static_kpa: 340,
};
const DHW: CircuitDesign = {
  ...COMMON,
  id: 'dhw',
  kind: 'dhw',
  heat_index_w_m2: 9,
  supply_c: 55,
  return_c: 48,
  static_kpa: 420,
};
const COLD: Environment = {
  supply_c: 105,
  supply_kpa: 640,
  return_kpa: 395,
  outdoor_c: -10.1,
  sun: 0,
  hour: 3,
};

const plantWith = (...circuits: CircuitDesign[]): Plant =>
  plantOf(
    {
      id: 'test',
      circuits,
      outdoor_offset_k: 0,
      rooms: { low: ['1-2-301'] },
    },
    COLD,
  );

const controls = (supply_set_c: number, more: Partial<CircuitControls> = {}): CircuitControls => ({
  supply_set_c,
  duty: 'a',
  valve_closed: false,
  ...more,
});

interface Run {
  readonly hours: number;
  readonly circuits: Record<string, CircuitControls>;
  readonly primary?: PrimaryControls;
  readonly environment?: Partial<Environment>;
  readonly dt_s?: number;
}

function run(plant: Plant, { hours, circuits, primary = {}, environment = {}, dt_s = 10 }: Run): void {
  for (let second = 0; second < hours * 3600; second += dt_s) {
    stepPlant(plant, { circuits, primary }, { environment: { ...COLD, ...environment }, dt_s });
  }
}

const circuit = (plant: Plant, id: string) => {
  const found = plant.state.circuits[id];
  if (!found) throw new Error(`no circuit ${id}`);
  return found;
};

describe('steady states', () => {
  it('radiators at design: 75/50, rooms near 18 °C with what people add, primary return near the secondary', () => {
    const plant = plantWith(LOW);
    run(plant, { hours: 240, circuits: { low: controls(75) } });
    const low = circuit(plant, 'low');
    expect(Math.abs(low.exchanger_c - 75)).toBeLessThan(0.2);
    expect(Math.abs(low.return_c - 50)).toBeLessThan(1.5);
    expect(low.building.air_c).toBeGreaterThan(17.8);
    expect(low.building.air_c).toBeLessThan(19.6);
    expect(low.primary_out_c - low.return_c).toBeGreaterThan(1);
    expect(low.primary_out_c - low.return_c).toBeLessThan(6);
    expect(plant.state.power_kw).toBeGreaterThan(1400);
    expect(plant.state.power_kw).toBeLessThan(1650);
  });

  it('floor at design: 45/35', () => {
    const plant = plantWith(FLOOR);
    run(plant, { hours: 240, circuits: { floor: controls(45) } });
    expect(Math.abs(circuit(plant, 'floor').return_c - 35)).toBeLessThan(1);
    expect(circuit(plant, 'floor').building.air_c).toBeGreaterThan(17.5);
  });

  it.each([1, 9.4, 12, 15])('hot water starts as if it had been at work, at %s h', (hour) => {
    const environment = { ...COLD, hour, supply_c: 100 };
    const plant = plantOf({ id: 'test', circuits: [DHW], outdoor_offset_k: 0, rooms: {} }, environment);
    const seen: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      run(plant, { hours: 1 / 60, circuits: { dhw: controls(55) }, environment });
      seen.push(circuit(plant, 'dhw').exchanger_c);
    }
    expect(Math.max(...seen)).toBeLessThan(57);
    expect(Math.min(...seen)).toBeGreaterThan(53);
  });

  it('hot water holds its temperature through the evening peak', () => {
    const plant = plantWith(DHW);
    run(plant, { hours: 2, circuits: { dhw: controls(55) } });
    let worst_k = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      run(plant, { hours: 1 / 60, circuits: { dhw: controls(55) }, environment: { hour: 20.4 }, dt_s: 1 });
      if (minute > 15) worst_k = Math.max(worst_k, Math.abs(circuit(plant, 'dhw').exchanger_c - 55));
    }
    expect(worst_k).toBeLessThan(5);
    expect(circuit(plant, 'dhw').heat_kw).toBeGreaterThan(100);
  });
});

describe('energy', () => {
  it('what enters is stored or lost, to a thousandth, in every circuit', () => {
    const plant = plantWith(LOW, FLOOR, DHW);
    const wanted = { low: controls(70), floor: controls(42), dhw: controls(55) };
    for (const own of plant.circuits) {
      const id = own.design.id;
      const before_kj = stored_kj(own, circuit(plant, id));
      let entered_kj = 0;
      let lost_kj = 0;
      for (let second = 0; second < 86_400; second += 10) {
        stepPlant(
          plant,
          { circuits: wanted, primary: {} },
          {
            environment: { ...COLD, hour: second / 3600, outdoor_c: -5 + 5 * Math.sin(second / 9000) },
            dt_s: 10,
          },
        );
        entered_kj += circuit(plant, id).heat_kw * 10;
        lost_kj += circuit(plant, id).lost_kw * 10;
      }
      const stored = stored_kj(own, circuit(plant, id)) - before_kj;
      expect(Math.abs(entered_kj - lost_kj - stored) / entered_kj).toBeLessThan(1e-3);
    }
  });

  it('the meter counts what the power says', () => {
    const plant = plantWith(LOW);
    run(plant, { hours: 24, circuits: { low: controls(75) } });
    const { energy_kwh, volume_m3, electricity_kwh } = plant.state;
    let sum_kwh = 0;
    for (let second = 0; second < 3600; second += 10) {
      stepPlant(plant, { circuits: { low: controls(75) }, primary: {} }, { environment: COLD, dt_s: 10 });
      sum_kwh += plant.state.power_kw / 360;
    }
    expect(plant.state.energy_kwh - energy_kwh).toBeCloseTo(sum_kwh, 6);
    expect(plant.state.volume_m3 - volume_m3).toBeCloseTo(plant.state.primary_flow_m3_h, 0);
    expect(plant.state.electricity_kwh).toBeGreaterThan(electricity_kwh);
  });
});

describe('responses', () => {
  it.each([1, 10])('a step of 5 K settles within ten minutes without hunting (step %s s)', (dt_s) => {
    const plant = plantWith(LOW);
    run(plant, { hours: 24, circuits: { low: controls(65) } });
    run(plant, { hours: 1 / 6, circuits: { low: controls(70) }, dt_s });
    const lifts: number[] = [];
    for (let second = 0; second < 1200; second += dt_s) {
      stepPlant(plant, { circuits: { low: controls(70) }, primary: {} }, { environment: COLD, dt_s });
      lifts.push(circuit(plant, 'low').lift);
      expect(Math.abs(circuit(plant, 'low').exchanger_c - 70)).toBeLessThan(0.5);
    }
    expect(Math.max(...lifts) - Math.min(...lifts)).toBeLessThan(0.05);
  });

  it('less heat lowers the rooms with the time constant of the building', () => {
    const plant = plantWith(LOW);
    run(plant, { hours: 200, circuits: { low: controls(75) } });
    const before_c = circuit(plant, 'low').building.air_c;
    run(plant, { hours: 10, circuits: { low: controls(25) } });
    const fall_k = before_c - circuit(plant, 'low').building.air_c;
    expect(fall_k).toBeGreaterThan(1.5);
    expect(fall_k).toBeLessThan(6);
  });

  it('limits of the primary side are kept, and left when they are gone', () => {
    const plant = plantWith(LOW);
    const circuits = { low: controls(75) };
    run(plant, { hours: 24, circuits });
    const free_m3_h = plant.state.primary_flow_m3_h;
    run(plant, { hours: 2, circuits, primary: { flow_max_m3_h: free_m3_h * 0.7 } });
    expect(plant.state.primary_flow_m3_h).toBeLessThan(free_m3_h * 0.72);
    run(plant, { hours: 2, circuits });
    expect(plant.state.primary_flow_m3_h).toBeGreaterThan(free_m3_h * 0.95);
  });

  it('a pump that stands still closes the valve, so that nothing boils', () => {
    const plant = plantWith(LOW);
    run(plant, { hours: 12, circuits: { low: controls(75) } });
    run(plant, { hours: 2, circuits: { low: controls(75, { duty: undefined }) }, dt_s: 1 });
    expect(circuit(plant, 'low').lift).toBe(0);
    expect(circuit(plant, 'low').exchanger_c).toBeLessThan(90);
  });

  it('leaks are made up from the tank, and the tank fills again', () => {
    const plant = plantWith({ ...LOW, leak_m3_h: 0.5 });
    const { makeup_m3 } = circuit(plant, 'low');
    run(plant, { hours: 48, circuits: { low: controls(70) } });
    expect(circuit(plant, 'low').makeup_m3 - makeup_m3).toBeCloseTo(24, 0);
    expect(circuit(plant, 'low').pressure_kpa).toBeGreaterThan(300);
    expect(plant.state.tank_pct).toBeGreaterThan(50);
    expect(plant.state.tank_pct).toBeLessThan(90);
  });
});

describe('state', () => {
  it('is plain data: saved and loaded, the plant goes on to the last bit', () => {
    const one = plantWith(LOW, DHW);
    run(one, { hours: 5, circuits: { low: controls(70), dhw: controls(55) } });
    const two = plantOf(one.design, structuredClone(JSON.parse(JSON.stringify(one.state))));
    for (const plant of [one, two])
      run(plant, { hours: 5, circuits: { low: controls(70), dhw: controls(55) } });
    expect(two.state).toEqual(one.state);
  });

  it('refuses a step for which the scheme is not stable', () => {
    expect(() => run(plantWith(LOW), { hours: 1, circuits: { low: controls(70) }, dt_s: 60 })).toThrow(
      RangeError,
    );
  });
});

describe('sensors', () => {
  it('show the plant with little noise at their resolution; the meter speaks when it is due', () => {
    const plant = plantWith(LOW);
    run(plant, { hours: 24, circuits: { low: controls(70) } });
    const setpoints = {
      low: { supply_set_c: 70, flow_set_m3_h: 54.6, follows: 'curve' as const, duty: 'a' as const },
    };
    const shown = measure(plant, { setpoints, metered: true });
    expect(Math.abs(Number(shown.circuits.low?.supply_c) - 70)).toBeLessThan(0.5);
    expect(shown.primary.power_kw).toBeGreaterThan(1000);
    expect(shown.rooms?.['1-2-301']?.air_c).toBeGreaterThan(14);
    expect(measure(plant, { setpoints, metered: false }).primary).not.toHaveProperty('energy_kwh');
    expect(shown.circuits.low?.pumps).toMatchObject({ a: { running: true }, b: { running: false, pct: 0 } });
  });
});
