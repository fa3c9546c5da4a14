/** Earlier telemetry for a station that starts for the first time: the same plant and weather, run on its own curve. */
import { setTimeout as sleep } from 'node:timers/promises';
import { started } from '../firmware/commands.ts';
import { Loops } from '../firmware/loops.ts';
import { withoutCircuits, type SampleBody } from '../firmware/sampler.ts';
import type { StationDesign } from '../firmware/station-design.ts';
import { measure, type Measured } from '../plant/measure.ts';
import type { Environment } from '../plant/environment.ts';
import { MAX_STEP_S, plantOf, type PlantState } from '../plant/station-plant.ts';

export interface BackfillOptions {
  readonly design: StationDesign;
  readonly environment: (at_s: number) => Environment;
  /** End of the span, ms since 1970 UTC; nothing at or after it is made. */
  readonly until_ms: number;
  readonly days: number;
  /** Counters that the live station began with: history ends there. */
  readonly counters: Counters;
  readonly signal?: AbortSignal;
}

export interface Counters {
  readonly energy_kwh: number;
  readonly volume_m3: number;
  readonly electricity_kwh: number;
  readonly makeup_m3: Readonly<Record<string, number>>;
}

const SAMPLE_EVERY_S = 60;
/** Plant time of one slice; between slices the live stations have their turn. */
const SLICE_S = 1800;
const PAUSE_MS = 6;

export function countersOf(state: PlantState): Counters {
  const { energy_kwh, volume_m3, electricity_kwh, circuits } = state;
  const makeup_m3 = Object.fromEntries(Object.entries(circuits).map(([id, own]) => [id, own.makeup_m3]));
  return { energy_kwh, volume_m3, electricity_kwh, makeup_m3 };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Counters of a run, moved so that they end where the live ones began. */
function shifted(body: Measured, by: Counters): Measured {
  const { energy_kwh, volume_m3 } = body.primary;
  const circuits: Measured['circuits'] = {};
  for (const [id, circuit] of Object.entries(body.circuits)) {
    const makeup_m3 = tenth(Number(circuit.makeup_m3) + (by.makeup_m3[id] ?? 0));
    circuits[id] = { ...circuit, makeup_m3 };
  }
  return {
    ...body,
    primary: {
      ...body.primary,
      ...(energy_kwh == null ? {} : { energy_kwh: Math.floor(energy_kwh + by.energy_kwh) }),
      ...(volume_m3 == null ? {} : { volume_m3: tenth(volume_m3 + by.volume_m3) }),
    },
    circuits,
    electricity_kwh: tenth(body.electricity_kwh + by.electricity_kwh),
  };
}

const difference = (to: Counters, from: Counters): Counters => ({
  energy_kwh: to.energy_kwh - from.energy_kwh,
  volume_m3: to.volume_m3 - from.volume_m3,
  electricity_kwh: to.electricity_kwh - from.electricity_kwh,
  makeup_m3: Object.fromEntries(
    Object.entries(to.makeup_m3).map(([id, value]) => [id, value - (from.makeup_m3[id] ?? 0)]),
  ),
});

/** One sample a minute over the span, oldest first, all marked historical. Yields between slices. */
export async function backfill(options: BackfillOptions): Promise<SampleBody[]> {
  const { design, environment, until_ms } = options;
  const until_s = Math.floor(until_ms / 60_000) * 60;
  const from_s = until_s - options.days * 86_400;
  const { state: commands } = started(undefined, 'remote', { mono_ms: 0, wall_ms: from_s * 1000 });
  const plant = plantOf(design.plant, environment(from_s));
  const loops = new Loops(design, undefined);
  loops.settle(plant, { commands, environment, at_s: from_s });
  const made: { at: number; body: Measured }[] = [];
  for (let at_s = from_s; at_s < until_s; at_s += MAX_STEP_S) {
    loops.advance(plant, { commands, environment: environment(at_s) }, MAX_STEP_S);
    const now_s = at_s + MAX_STEP_S;
    if (now_s % SAMPLE_EVERY_S === 0 && now_s < until_s) {
      made.push({ at: now_s * 1000, body: measure(plant, { setpoints: loops.setpoints(), metered: true }) });
    }
    if (now_s % SLICE_S === 0)
      await sleep(PAUSE_MS, undefined, options.signal ? { signal: options.signal } : {});
  }
  const by = difference(options.counters, countersOf(plant.state));
  return made.map(({ at, body }) => {
    const told = shifted(body, by);
    const points = design.primary_only ? withoutCircuits(told) : told;
    return { at, simulated: true, historical: true, ...points };
  });
}
