import { describe, expect, it } from 'vitest';
import {
  beginStep,
  cityOf,
  cityStored_kj,
  endStep,
  environmentOf,
  fitsDesign,
  type City,
  type Connected,
} from './city.ts';
import type { CircuitDesign } from './circuit-design.ts';
import { stored_kj, type CircuitControls } from './circuit-state.ts';
import type { Weather } from './environment.ts';
import { setFaults, plantOf, stationConductance, stepPlant, type Plant } from './station-plant.ts';
import type { FaultWish } from './faults.ts';

const COMMON = {
  heated_area_m2: 35_000,
  heat_index_w_m2: 45,
  room_c: 18,
  outdoor_c: -10.1,
  oversize: 1,
  loss_factor: 1,
  time_constant_h: 100,
  dp_kpa: 85,
  leak_m3_h: 0,
  static_kpa: 330,
};
const LOW: CircuitDesign = { ...COMMON, id: 'low', kind: 'radiators', supply_c: 75, return_c: 50 };
const FLOOR: CircuitDesign = { ...COMMON, id: 'floor', kind: 'floor', supply_c: 45, return_c: 35 };
const DHW: CircuitDesign = {
  ...COMMON,
  id: 'dhw',
  kind: 'dhw',
  heat_index_w_m2: 9,
  supply_c: 55,
  return_c: 48,
};
const SET_C: Record<string, number> = { low: 65, floor: 40, dhw: 55 };
const controls: Record<string, CircuitControls> = Object.fromEntries(
  Object.entries(SET_C).map(([id, supply_set_c]) => [id, { supply_set_c, duty: 'a', valve_closed: false }]),
);

const DESIGN = {
  source_id: 'plant',
  source: {
    heat_max_kw: 7000,
    ramp_s: 1200,
    dp_set_kpa: 330,
    shut_off_kpa: 420,
    design_kg_s: 24,
    hold_kpa: 350,
  },
  sections: [
    { id: 'near', length_m: 700, inner_m: 0.18 },
    { id: 'middle', parent: 'near', length_m: 900, inner_m: 0.15 },
    { id: 'far', parent: 'middle', length_m: 1800, inner_m: 0.1 },
  ],
  station_kg_s: { near: 8, middle: 7, far: 8 },
};

const weatherAt = (at_s: number): Weather => ({
  outdoor_c: -4 + 5 * Math.sin(at_s / 14_000),
  sun: Math.max(0, Math.sin(at_s / 14_000)),
  hour: (at_s / 3600) % 24,
});

class Run {
  readonly city: City = cityOf(DESIGN, weatherAt(0));
  readonly plants = new Map<string, Plant>();
  at_s = 0;
  /** kJ. */
  produced = 0;
  lost = 0;
  solved = { supply_c: 0, far_dp_kpa: 0 };

  constructor() {
    const begun = this.begin(1);
    for (const [id, circuits] of [
      ['near', [LOW, DHW]],
      ['middle', [FLOOR]],
      ['far', [LOW]],
    ] as const)
      this.plants.set(
        id,
        plantOf({ id, circuits, outdoor_offset_k: 0, rooms: {} }, environmentOf(this.city, begun, id)),
      );
  }

  private readonly seen = (id: string): Connected | undefined => {
    const plant = this.plants.get(id);
    return plant && { conductance: stationConductance(plant), primary_out_c: plant.state.primary_out_c };
  };

  private begin(dt_s: number) {
    return beginStep(this.city, this.seen, { weather: weatherAt(this.at_s), at_s: this.at_s, dt_s });
  }

  hours(hours: number, dt_s = 10): this {
    for (let step = 0; step < (hours * 3600) / dt_s; step += 1) {
      const begun = this.begin(dt_s);
      for (const [id, plant] of this.plants) {
        stepPlant(
          plant,
          { circuits: controls, primary: {} },
          { environment: environmentOf(this.city, begun, id), dt_s },
        );
        this.lost += Object.values(plant.state.circuits).reduce((sum, own) => sum + own.lost_kw, 0) * dt_s;
      }
      const balance = endStep(this.city, this.seen, begun);
      this.produced += (balance.burner_kw + balance.makeup_kw) * dt_s;
      this.lost += balance.lost_kw * dt_s;
      this.at_s += dt_s;
      this.solved = {
        supply_c: this.city.state.source.supply_c,
        far_dp_kpa: begun.hydraulics.dp_kpa[2] ?? 0,
      };
    }
    return this;
  }

  fault(id: string, fault: FaultWish): this {
    const plant = this.plants.get(id);
    if (plant) setFaults(plant, [fault]);
    this.city.state.faults[id] = [{ ...fault, since_s: 0 }];
    return this;
  }

  get stored_kj(): number {
    let sum = cityStored_kj(this.city);
    for (const plant of this.plants.values())
      for (const circuit of plant.circuits) {
        const own = plant.state.circuits[circuit.design.id];
        if (own) sum += stored_kj(circuit, own);
      }
    return sum;
  }

  /** Share of the heat produced that is neither stored nor lost. */
  missing(run: () => void): number {
    const before = { stored: this.stored_kj, produced: this.produced, lost: this.lost };
    run();
    const produced = this.produced - before.produced;
    return Math.abs(produced - (this.lost - before.lost) - (this.stored_kj - before.stored)) / produced;
  }

  air_c(id: string, circuit: string): number {
    return this.plants.get(id)?.state.circuits[circuit]?.building.air_c ?? NaN;
  }
}

describe('a city', () => {
  it('conserves energy over two days to far better than a thousandth', () => {
    const run = new Run();
    expect(run.missing(() => run.hours(48))).toBeLessThan(1e-9);
    expect(run.air_c('far', 'low')).toBeGreaterThan(15);
  });

  it('conserves energy through a burst, a trip, a bypass, theft and scale', () => {
    const run = new Run().hours(6);
    run.fault('middle', { name: 'broken_pipe', target: '', size: 0.05 });
    run.fault('near', { name: 'bypass', target: '', size: 0.3 });
    run.fault('far', { name: 'unauthorised_use', target: 'low', size: 0.3 });
    expect(run.missing(() => run.hours(12))).toBeLessThan(1e-9);
    run.fault('plant', { name: 'source_trip', target: '', size: 1 });
    run.fault('far', { name: 'fouling', target: 'low', size: 0.6 });
    const before = run.stored_kj + run.lost - run.produced;
    run.hours(6);
    expect(Math.abs(run.stored_kj + run.lost - run.produced - before) / run.lost).toBeLessThan(1e-9);
  });

  it('a trip cools the supply, and burners come back at their pace', () => {
    const run = new Run().hours(12);
    const { supply_c } = run.solved;
    run.fault('plant', { name: 'source_trip', target: '', size: 1 }).hours(2);
    expect(run.solved.supply_c).toBeLessThan(supply_c - 25);
    run.fault('plant', { name: 'source_limit', target: '', size: 1 });
    let before_kw = 0;
    for (let minute = 0; minute < 30; minute += 1) {
      run.hours(1 / 60);
      const { burner_kw } = run.city.state.source;
      expect(burner_kw - before_kw).toBeLessThanOrEqual((7000 * 60) / 1200 + 1e-6);
      before_kw = burner_kw;
    }
    expect(run.hours(6).solved.supply_c).toBeGreaterThan(supply_c - 6);
  });

  it('never gives more than its limit', () => {
    const run = new Run().fault('plant', { name: 'source_limit', target: '', size: 0.3 });
    for (let hour = 0; hour < 12; hour += 1) {
      run.hours(1);
      expect(run.city.state.source.burner_kw).toBeLessThanOrEqual(2100 + 1e-9);
    }
  });

  it('a burst takes the pressure from those behind it', () => {
    const run = new Run().hours(3);
    const { far_dp_kpa } = run.solved;
    run.fault('middle', { name: 'broken_pipe', target: '', size: 1 }).hours(1);
    expect(run.solved.far_dp_kpa).toBeLessThan(0.6 * far_dp_kpa);
  });

  it('is plain data: saved and loaded, it goes on to the last bit', () => {
    const run = new Run().hours(3);
    const copy = cityOf(DESIGN, JSON.parse(JSON.stringify(run.city.state)));
    const step = { weather: weatherAt(run.at_s), at_s: run.at_s, dt_s: 10 };
    const nobody = (): undefined => undefined;
    for (const city of [run.city, copy]) endStep(city, nobody, beginStep(city, nobody, step));
    expect(copy.state).toEqual(run.city.state);
    expect(fitsDesign(DESIGN, copy.state)).toBe(true);
    const wider = DESIGN.sections.map((section) => ({ ...section, inner_m: 0.3 }));
    expect(fitsDesign({ ...DESIGN, sections: wider }, copy.state)).toBe(false);
    expect(fitsDesign({ ...DESIGN, sections: DESIGN.sections.slice(0, 1) }, copy.state)).toBe(false);
  });
});
