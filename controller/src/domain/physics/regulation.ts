/** Flow relative to design by the mode of regulation; the mean water temperature is the same in all of them. */
import type { FlowStage, Regulation } from '../config.ts';
import type { CurvePoint } from './weather-curve.ts';

/** Stages of usual practice in China for stepped flow: full, three quarters, six tenths. */
export const STAGES: readonly FlowStage[] = [
  { below_load: 0.75, ratio: 0.75 },
  { below_load: 0.5, ratio: 0.6 },
];
/** A stage is left for more flow only when the load is so far above its bound. */
export const STAGE_HYSTERESIS = 0.05;
/** m of G = Q^m: pump power then falls about with the load. Our default; users differ. */
export const MIXED_EXPONENT = 0.33;
/** Flow regulation moves between these, where the circuit's limits are not tighter. */
const RATIO_MIN = 0.2;
const RATIO_MAX = 1.2;

/** 0 full flow, 1 the first stage, and so on: down at once below a bound, up only beyond its hysteresis. */
export function stageOf(stages: readonly FlowStage[], load: number, before: number): number {
  let stage = 0;
  let index = 0;
  for (const { below_load } of stages) {
    const held = before > index ? STAGE_HYSTERESIS : 0;
    index += 1;
    if (load < below_load + held) stage = index;
  }
  return stage;
}

/** G at which the supply is tg: ½(tg′ − th′)·Q/(tg − tm); the most flow where tm reaches tg. */
function ratioFor(supply_c: number, { mean_c, half_k }: CurvePoint): number {
  return supply_c > mean_c ? half_k / (supply_c - mean_c) : Number.POSITIVE_INFINITY;
}

/** Bounds of G by the circuit's own flow limits; empty where none is known. */
export interface RatioLimits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const FULL_FLOW = { ratio: 1, stage: 0 } as const;

const within = (ratio: number, min: number, max: number): number => Math.min(Math.max(ratio, min), max);

/**
 * G for a load, within 0.2 … 1.2 and the circuit's own limits; the stage is remembered for its hysteresis. Where
 * the limits hold G, the supply temperature takes what is left of the load.
 */
export function regulate(
  regulation: Regulation | undefined,
  point: CurvePoint,
  given: { readonly limits: RatioLimits; readonly stage: number },
): { readonly ratio: number; readonly stage: number } {
  const { load } = point;
  if (load === undefined || !regulation || regulation.mode === 'quality') return FULL_FLOW;
  const { limits } = given;
  const min = Math.max(limits.min ?? 0, RATIO_MIN);
  const max = Math.max(Math.min(limits.max ?? RATIO_MAX, RATIO_MAX), min);
  if (regulation.mode === 'stepped') {
    const stages = regulation.stages ?? STAGES;
    const stage = stageOf(stages, load, given.stage);
    return { ratio: within(stages[stage - 1]?.ratio ?? 1, min, max), stage };
  }
  const ratio =
    regulation.mode === 'mixed'
      ? load ** (regulation.exponent ?? MIXED_EXPONENT)
      : ratioFor(regulation.supply_c, point);
  return { ratio: within(ratio, min, max), stage: 0 };
}
