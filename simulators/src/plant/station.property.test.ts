/** Whatever a station is built like and whatever befalls it: heat is conserved and nothing runs away. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stored_kj, type CircuitControls } from './circuit-state.ts';
import type { CircuitDesign } from './circuit-design.ts';
import { FAULTS, type FaultWish } from './faults.ts';
import { measure } from './measure.ts';
import { plantOf, setFaults, stationConductance, stepPlant, type Plant } from './station-plant.ts';
import { WATER_KJ_KG_K } from './water.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const circuit: fc.Arbitrary<CircuitDesign> = fc
  .record({
    kind: fc.constantFrom('radiators' as const, 'floor' as const, 'dhw' as const),
    heated_area_m2: number(5000, 150_000),
    heat_index_w_m2: number(30, 65),
    oversize: number(0.8, 1.3),
    loss_factor: number(0.7, 1.2),
    time_constant_h: number(50, 200),
    leak_m3_h: number(0, 0.2),
  })
  .map((shape) => ({
    ...shape,
    id: shape.kind,
    heat_index_w_m2: shape.kind === 'dhw' ? 9 : shape.heat_index_w_m2,
    supply_c: { radiators: 75, floor: 45, dhw: 55 }[shape.kind],
    return_c: { radiators: 50, floor: 35, dhw: 48 }[shape.kind],
    room_c: 18,
    outdoor_c: -10.1,
    static_kpa: 330,
    dp_kpa: 85,
  }));

const fault: fc.Arbitrary<FaultWish> = fc
  .constantFrom(
    'fouling',
    'leak',
    'valve_hunting',
    'valve_stuck',
    'wrong_schedule',
    'bypass',
    'unauthorised_use',
    'sensor_stuck',
    'sensor_drift',
    'sensor_dead',
  )
  .chain((name) =>
    fc.constantFrom('radiators', 'floor', 'dhw').map((id) => {
      const { on, size } = FAULTS[name];
      const target = { point: `circuits.${id}.supply_c`, circuit: id, pump: id, station: '', source: '' }[on];
      return { name, target, size: size.usual };
    }),
  );

const life = fc.record({
  circuits: fc.uniqueArray(circuit, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
  hours: fc.array(
    fc.record({
      primary_c: number(40, 120),
      dp_kpa: number(0, 400),
      outdoor_c: number(-30, 25),
      sun: number(0, 1),
      hour: number(0, 24),
      set_c: number(25, 85),
      running: fc.boolean(),
      faults: fc.array(fault, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  dt_s: fc.constantFrom(1, 5, 10),
});

const stationStored_kj = (plant: Plant): number =>
  plant.circuits.reduce((sum, own) => {
    const state = plant.state.circuits[own.design.id];
    return sum + (state ? stored_kj(own, state) : 0);
  }, 0);

describe('a station', () => {
  it('conserves heat and stays within what surrounds it', () => {
    fc.assert(
      fc.property(life, ({ circuits, hours, dt_s }) => {
        const calm = { supply_kpa: 600, return_kpa: 350, supply_c: 95, outdoor_c: 0, sun: 0, hour: 3 };
        const plant = plantOf({ id: 'any', circuits, outdoor_offset_k: 0, rooms: {} }, calm);
        for (const one of hours) {
          setFaults(plant, one.faults);
          const controls: CircuitControls = {
            supply_set_c: one.set_c,
            duty: one.running ? 'a' : undefined,
            valve_closed: false,
          };
          const environment = {
            ...one,
            supply_c: one.primary_c,
            return_kpa: 350,
            supply_kpa: 350 + one.dp_kpa,
          };
          const wanted = Object.fromEntries(circuits.map(({ id }) => [id, controls]));
          for (let second = 0; second < 1800; second += dt_s) {
            const before_kj = stationStored_kj(plant);
            const flow = stationConductance(plant) * Math.sqrt(one.dp_kpa);
            stepPlant(plant, { circuits: wanted, primary: {} }, { environment, dt_s });
            const { state } = plant;
            const lost_kw = Object.values(state.circuits).reduce((sum, own) => sum + own.lost_kw, 0);
            const change_kj = stationStored_kj(plant) - before_kj;
            expect(Math.abs((state.power_kw - lost_kw) * dt_s - change_kj)).toBeLessThan(
              1e-9 * before_kj + 1e-6,
            );
            // What the network reckons with is what the station takes, in water and in heat.
            expect(state.primary_kg_s).toBeCloseTo(flow, 5);
            const given_kw = state.primary_kg_s * WATER_KJ_KG_K * (state.primary_c - state.primary_out_c);
            expect(state.primary_kg_s > 1e-3 ? given_kw - state.power_kw : 0).toBeCloseTo(0, 4);
          }
          for (const own of Object.values(plant.state.circuits)) {
            for (const temperature of [own.exchanger_c, own.return_c, own.building.air_c, own.pipe_c]) {
              expect(temperature).toBeGreaterThan(-40);
              expect(temperature).toBeLessThan(135);
            }
            expect(own.lift).toBeGreaterThanOrEqual(0);
            expect(own.lift).toBeLessThanOrEqual(1);
          }
          const shown = measure(plant, { setpoints: {}, metered: true });
          expect(JSON.stringify(shown)).not.toContain('NaN');
        }
      }),
      { seed: 5, numRuns: 15 },
    );
  });
});
