/** What a station's own controller notices of its faults: the `faults` and `quality` of its samples. */
import type { LoopSetpoints } from '../plant/measure.ts';
import { faultSize } from '../plant/faults.ts';
import { sensed } from '../plant/sensor.ts';
import type { Plant } from '../plant/station-plant.ts';

/** A condition counts once it lasted so long, s. */
const SUPPLY_AFTER_S = 900;
const MAKEUP_AFTER_S = 1800;
const SUPPLY_OFF_K = 8;
const LOW_DP_KPA = 30;
const LOW_TANK_PCT = 20;
/** Below the pressure that the make-up pump holds, kPa. */
const LOW_PRESSURE_KPA = 60;
/** Secondary water cannot be warmer than the primary that heats it: more than this is a sensor, K. */
const IMPOSSIBLE_K = 2;

type Setpoints = Readonly<Record<string, LoopSetpoints>>;

/** Points whose sensor gives nothing, as alarm words: `circuits.low.supply_c` → `low_supply_c_failed`. */
function failedSensors(plant: Plant): string[] {
  return plant.state.faults
    .filter(({ name }) => name === 'sensor_dead')
    .map(({ target }) => `${target.replace(/^(circuits|rooms)\./, '').replaceAll('.', '_')}_failed`);
}

function trippedPumps(plant: Plant): string[] {
  return plant.circuits.flatMap(({ design }) =>
    ['a', 'b']
      .filter((pump) => faultSize(plant.state.faults, 'pump_trip', `${design.id}.${pump}`) > 0)
      .map((pump) => `${design.id}_pump_${pump}_trip`),
  );
}

export class StationAlarms {
  /** Alarm → plant time at which its condition began, s. */
  readonly #since = new Map<string, number>();

  #lasts(alarm: string, holds: boolean, at: { time_s: number; after_s: number }): boolean {
    if (!holds) {
      this.#since.delete(alarm);
      return false;
    }
    const since_s = this.#since.get(alarm) ?? at.time_s;
    this.#since.set(alarm, since_s);
    return at.time_s - since_s >= at.after_s;
  }

  #circuitAlarms(plant: Plant, setpoints: Setpoints): string[] {
    const { time_s } = plant.state;
    const found: string[] = [];
    for (const { design } of plant.circuits) {
      const own = plant.state.circuits[design.id];
      const set = setpoints[design.id];
      if (!own || !set) continue;
      const { id } = design;
      const shown_c = sensed(plant.state, `circuits.${id}.supply_c`, own.sensed_c);
      const off = shown_c !== undefined && Math.abs(shown_c - set.supply_set_c) > SUPPLY_OFF_K;
      const cases = [
        [`${id}_supply_deviation`, off, SUPPLY_AFTER_S],
        [`${id}_makeup_long`, own.makeup_running, MAKEUP_AFTER_S],
        [`${id}_pressure_low`, own.pressure_kpa < design.static_kpa - LOW_PRESSURE_KPA, 0],
      ] as const;
      for (const [alarm, holds, after_s] of cases)
        if (this.#lasts(alarm, holds, { time_s, after_s })) found.push(alarm);
    }
    return found;
  }

  /** Alarm words of this moment. */
  faults(plant: Plant, setpoints: Setpoints): string[] {
    const { state } = plant;
    const found = [...trippedPumps(plant), ...failedSensors(plant), ...this.#circuitAlarms(plant, setpoints)];
    if (state.tripped) found.push('burner_trip');
    if (plant.circuits.length > 0 && state.primary_kpa - state.primary_return_kpa < LOW_DP_KPA)
      found.push('primary_dp_low');
    if (plant.circuits.length > 0 && state.tank_pct < LOW_TANK_PCT) found.push('tank_low');
    return found;
  }
}

/** Points that the station itself doubts: supply temperatures that contradict each other. */
export function doubts(plant: Plant): Record<string, 'uncertain'> {
  const { state } = plant;
  const primary_c = sensed(state, 'primary.supply_c', state.sensed.primary_c);
  const found: Record<string, 'uncertain'> = {};
  if (primary_c === undefined) return found;
  for (const { design } of plant.circuits) {
    const own = state.circuits[design.id];
    if (!own || own.primary_kg_s <= 0) continue;
    const point = `circuits.${design.id}.supply_c`;
    const secondary_c = sensed(state, point, own.sensed_c);
    if (secondary_c === undefined || secondary_c <= primary_c + IMPOSSIBLE_K) continue;
    found[point] = 'uncertain';
    found['primary.supply_c'] = 'uncertain';
  }
  return found;
}
