/** What a run was worth: figures after BOPTEST (Blum et al., J. Building Performance Simulation 14, 2021) and our own. */
import type { Balance, City } from '@heat-center/simulators/plant/city.ts';
import { pumpPower_kw } from '@heat-center/simulators/plant/pump.ts';
import { toM3H } from '@heat-center/simulators/plant/water.ts';
import type { VirtualStation } from './station.ts';

/** Rooms shall be in this band: 18 °C is what the supplier owes, above 22 °C windows open (°C). */
const COMFORT_C = { low: 18, high: 22 } as const;

export interface Kpis {
  /** Area-weighted mean over circuits of the integral outside of the comfort band, K·h; cold while people are there. */
  readonly cold_kh: number;
  readonly warm_kh: number;
  /** Heat given to the network, MWh. */
  readonly heat_mwh: number;
  /** Highest quarter of an hour at the source, MW. */
  readonly peak_mw: number;
  /** Mean of |supply − setpoint in force|, K. */
  readonly tracking_k: number;
  /** Mean over time of the spread (standard deviation, by area) of room temperatures between circuits, K. */
  readonly evenness_k: number;
  /** Volume-weighted primary return, °C. */
  readonly return_c: number;
  /** Electricity of the secondary pumps, MWh. */
  readonly pumps_mwh: number;
  /** Strokes of a control valve in a day. */
  readonly travel_per_day: number;
  /** Mean room temperature at the end, °C: what is stored. */
  readonly end_room_c: number;
  /** Computing time of the center for a day, s; absent without a center. */
  readonly center_s_per_day?: number;
  /** Commands that stations refused; absent without a center. */
  readonly refused?: number;
}

/** One point of the plots. */
export interface PlotPoint {
  readonly at_h: number;
  readonly outdoor_c: number;
  readonly source_c: number;
  readonly source_mw: number;
  readonly room_c: number;
  readonly room_low_c: number;
  readonly room_high_c: number;
  readonly supply_c: number;
  readonly return_c: number;
}

const QUARTER_S = 900;
const PLOT_EVERY_S = 600;

interface Zone {
  readonly area_m2: number;
  readonly air_c: number;
  readonly supply_c: number;
  readonly error_k: number;
  readonly pump_kw: number;
}

export interface MeterStep {
  readonly at_h: number;
  readonly outdoor_c: number;
  readonly occupied: boolean;
  readonly dt_s: number;
}

export class Meter {
  readonly points: PlotPoint[] = [];
  readonly #stations: readonly VirtualStation[];
  readonly #city: City;
  readonly #travel_before: number;
  #elapsed_s = 0;
  #heat_kj = 0;
  #quarter_kj = 0;
  #peak_kw = 0;
  #plot_kj = 0;
  readonly #sums = { cold: 0, warm: 0, error: 0, spread: 0, pumps: 0, returned: 0, flow: 0 };
  #room_c = 0;

  constructor(stations: readonly VirtualStation[], city: City) {
    this.#stations = stations;
    this.#city = city;
    this.#travel_before = this.#travel();
  }

  /** Heating circuits as they are now. */
  #zones(): Zone[] {
    return this.#stations.flatMap(({ plant, loops }) => {
      const setpoints = loops.setpoints();
      return plant.circuits.flatMap((circuit): Zone[] => {
        const own = plant.state.circuits[circuit.design.id];
        if (!own || !circuit.heating) return [];
        return [
          {
            area_m2: circuit.design.heated_area_m2,
            air_c: own.building.air_c,
            supply_c: own.exchanger_c,
            error_k: Math.abs(own.exchanger_c - (setpoints[circuit.design.id]?.supply_set_c ?? NaN)),
            pump_kw: pumpPower_kw(circuit.pump, toM3H(own.flow_kg_s, own.return_c)),
          },
        ];
      });
    });
  }

  #travel(): number {
    const travels = this.#stations.flatMap(({ plant }) =>
      Object.values(plant.state.circuits).map(({ travel }) => travel),
    );
    return travels.reduce((sum, travel) => sum + travel, 0) / Math.max(1, travels.length);
  }

  /** Takes in one step of the whole city. */
  step(balance: Balance, step: MeterStep): void {
    const { dt_s } = step;
    this.#elapsed_s += dt_s;
    this.#heat_kj += balance.heat_kw * dt_s;
    this.#quarter_kj += balance.heat_kw * dt_s;
    this.#plot_kj += balance.heat_kw * dt_s;
    if (this.#elapsed_s % QUARTER_S < dt_s) {
      this.#peak_kw = Math.max(this.#peak_kw, this.#quarter_kj / QUARTER_S);
      this.#quarter_kj = 0;
    }
    for (const { plant } of this.#stations) {
      this.#sums.returned += plant.state.primary_kg_s * plant.state.primary_out_c * dt_s;
      this.#sums.flow += plant.state.primary_kg_s * dt_s;
    }
    // Rooms move slowly: once a minute is enough.
    if (this.#elapsed_s % 60 < dt_s) this.#rooms(step);
  }

  #rooms({ at_h, outdoor_c, occupied }: MeterStep): void {
    const zones = this.#zones();
    const area_m2 = zones.reduce((sum, zone) => sum + zone.area_m2, 0);
    const mean = (of: (zone: Zone) => number): number =>
      zones.reduce((sum, zone) => sum + zone.area_m2 * of(zone), 0) / area_m2;
    const room_c = mean(({ air_c }) => air_c);
    const sums = this.#sums;
    if (occupied) sums.cold += mean(({ air_c }) => Math.max(0, COMFORT_C.low - air_c)) / 60;
    sums.warm += mean(({ air_c }) => Math.max(0, air_c - COMFORT_C.high)) / 60;
    sums.error += zones.reduce((sum, { error_k }) => sum + error_k, 0) / zones.length / 60;
    sums.spread += Math.sqrt(mean(({ air_c }) => (air_c - room_c) ** 2)) / 60;
    sums.pumps += zones.reduce((sum, { pump_kw }) => sum + pump_kw, 0) / 60;
    this.#room_c = room_c;
    if (this.#elapsed_s % PLOT_EVERY_S >= 60) return;
    const { source } = this.#city.state;
    const airs = zones.map(({ air_c }) => air_c);
    this.points.push({
      at_h,
      outdoor_c,
      source_c: source.supply_c,
      source_mw: this.#plot_kj / PLOT_EVERY_S / 1000,
      room_c,
      room_low_c: Math.min(...airs),
      room_high_c: Math.max(...airs),
      supply_c: mean(({ supply_c }) => supply_c),
      return_c: source.return_c,
    });
    this.#plot_kj = 0;
  }

  result(center?: { spent_us: number; refused: number }): Kpis {
    const days = this.#elapsed_s / 86_400;
    const hours = this.#elapsed_s / 3600;
    const sums = this.#sums;
    return {
      cold_kh: sums.cold,
      warm_kh: sums.warm,
      heat_mwh: this.#heat_kj / 3.6e6,
      peak_mw: this.#peak_kw / 1000,
      tracking_k: sums.error / hours,
      evenness_k: sums.spread / hours,
      return_c: sums.returned / sums.flow,
      pumps_mwh: sums.pumps / 1000,
      travel_per_day: (this.#travel() - this.#travel_before) / days,
      end_room_c: this.#room_c,
      ...(center ? { center_s_per_day: center.spent_us / 1e6 / days, refused: center.refused } : {}),
    };
  }
}
