/** Parts of a station beside its circuits: limiter, tank, sensors, and the meters of a heat source. */
import type { Produced } from './environment.ts';
import { wander } from './random.ts';
import { lagged, SENSORS } from './sensor.ts';
import type { PlantState, PrimaryControls } from './station-plant.ts';
import { toM3H } from './water.ts';

const TANK_M3 = 6;
const TANK_FILL_M3_H = 2.5;

/** Integral limiter: closes within minutes while a primary limit is passed, opens again at the same pace. */
export function stepCeiling(state: PlantState, controls: PrimaryControls, dt_s: number): void {
  const over = Math.max(
    -0.2,
    state.primary_flow_m3_h / (controls.flow_max_m3_h ?? Infinity) - 1,
    state.power_kw / (controls.power_max_kw ?? Infinity) - 1,
    (state.primary_out_c - (controls.return_max_c ?? Infinity)) / 20,
  );
  state.ceiling = Math.min(1, Math.max(0.05, state.ceiling - (over * dt_s) / 90));
}

/** A float valve fills the tank again; make-up water is taken from it. */
export function stepTank(state: PlantState, taken_m3: number, dt_s: number): void {
  if (state.tank_pct < 55) state.tank_filling = true;
  if (state.tank_pct > 86) state.tank_filling = false;
  const filled_m3 = state.tank_filling ? (TANK_FILL_M3_H * dt_s) / 3600 : 0;
  state.tank_pct = Math.max(0, state.tank_pct + ((filled_m3 - taken_m3) / TANK_M3) * 100);
}

/** Sensors of the station and its sample rooms follow what they measure. */
export function stepSensors(state: PlantState, dt_s: number): void {
  const { sensed } = state;
  const pocket = { dt_s, lag_s: SENSORS.temperature.lag_s };
  sensed.primary_c = lagged(sensed.primary_c, state.primary_c, pocket);
  sensed.primary_out_c = lagged(sensed.primary_out_c, state.primary_out_c, pocket);
  sensed.outdoor_c = lagged(sensed.outdoor_c, state.outdoor_c, { dt_s, lag_s: SENSORS.outdoor.lag_s });
  for (const room of Object.values(state.rooms)) {
    const mean_c = state.circuits[room.circuit]?.building.air_c;
    if (mean_c === undefined) continue;
    room.habit_k = wander(room.habit_k, { tau_s: 9000, sigma: 0.35, dt_s }, state.random);
    const air_c = mean_c + room.offset_k + room.habit_k;
    room.sensed_c = lagged(room.sensed_c, air_c, { dt_s, lag_s: SENSORS.room.lag_s });
  }
}

/** At a heat source there are no circuits: its meters show what it gives to the network. */
export function stepSource(state: PlantState, produced: Produced, dt_s: number): void {
  state.primary_out_c = produced.return_c;
  state.primary_kg_s = produced.kg_s;
  state.primary_flow_m3_h = toM3H(produced.kg_s, produced.return_c);
  state.power_kw = produced.heat_kw;
  state.electric_kw = produced.electric_kw;
  state.electricity_kwh += (produced.electric_kw * dt_s) / 3600;
  state.tripped = produced.tripped;
}
