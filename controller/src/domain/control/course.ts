/** What weather, schedule and rooms ask of a heating circuit now: supply temperature and flow, step by step. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { Regulation } from '../config.ts';
import { FROST_FLOW_RATIO } from '../physics/equipment.ts';
import { regulate, type RatioLimits } from '../physics/regulation.ts';
import { curvePoint, roomTarget, type CurveBasis } from '../physics/weather-curve.ts';
import type { PlanTarget } from '../network/plan/plan.ts';
import type { BalanceShift, OutdoorOrigin } from '../state.ts';
import type { NightState } from './night.ts';
import type { RoomState } from './rooms.ts';

export interface Course {
  /** What the curve says for this weather, °C. */
  readonly curve_c: number;
  /** The same with all corrections. */
  readonly supply_c: number;
  /** Flow relative to design. */
  readonly ratio: number;
  readonly mode: Regulation['mode'] | 'off';
  /** Stage of stepped flow. */
  readonly stage: number;
  /** Corrections in their order, for the trace. */
  readonly notes: readonly TraceEntry[];
}

export interface CourseInput {
  readonly basis: CurveBasis;
  readonly regulation: Regulation | undefined;
  readonly ratios: RatioLimits;
  /** Filtered, °C. */
  readonly outdoor_c: number;
  readonly origin: OutdoorOrigin | undefined;
  readonly stage: number;
  readonly night: NightState | undefined;
  readonly rooms: { readonly state: RoomState; readonly target_c: number } | undefined;
  readonly balance?: BalanceShift | undefined;
  /** What the plan asks: for circuits without nights of their own. */
  readonly plan?: PlanTarget | undefined;
}

export const tenth = (value: number): number => Math.round(value * 10) / 10;

export const note = (code: Reason['code'], params: Reason['params']): TraceEntry => ({
  reason: { code, params },
  binding: false,
  overridden: false,
});

const NO_NOTES: readonly TraceEntry[] = [];
const QUALITY: Regulation['mode'] = 'quality';

const hundredth = (value: number): number => Math.round(value * 100) / 100;

const warmthNote = (relative: number | undefined, reference: number | undefined) =>
  relative === undefined || reference === undefined
    ? {}
    : { relative: hundredth(relative), reference: hundredth(reference) };

/** Supply temperature and flow for the weather alone, or for so much milder weather and so much warmer rooms. */
function plain(input: CourseInput, milder_k = 0, warmer_k = 0) {
  const { basis, regulation, ratios, stage } = input;
  const point = curvePoint(basis, input.outdoor_c + milder_k);
  if (!regulation) return { supply_c: point.mean_c + warmer_k + point.half_k, ratio: 1, stage: 0 };
  const regulated = regulate(regulation, point, { limits: ratios, stage });
  const { ratio } = regulated;
  const supply_c = point.mean_c + warmer_k + point.half_k / ratio;
  return { supply_c, ratio, stage: regulated.stage };
}

/**
 * The curve, lowered by set-back or shut off, raised by boost, corrected by rooms. Each correction is bounded by
 * its own rule; the sum meets the limiting rules afterwards.
 */
export function courseOf(input: CourseInput): Course {
  const { basis, regulation, night, rooms, origin, balance, plan } = input;
  const curve = plain(input);
  const mode = regulation?.mode ?? QUALITY;
  const isEven = !night || (night.setback_k === 0 && !night.off && !night.boost);
  if (isEven && !rooms && !balance && !plan && (!origin || origin.from === 'own')) {
    const { supply_c, ratio, stage } = curve;
    return { curve_c: supply_c, supply_c, ratio, mode, stage, notes: NO_NOTES };
  }
  const { setback_k = 0, off = false, boost } = night ?? {};
  const notes: TraceEntry[] = [];
  if (origin && origin.from !== 'own') {
    const { from, outdoor_c, why } = origin;
    notes.push(note('outdoor_substitute', { source: from, outdoor_c: tenth(outdoor_c), why }));
  }
  const until = night?.comfort_at === undefined ? {} : { until: night.comfort_at };
  if (night?.phase === 'warm_up') notes.push(note('early_start', until));
  if (off) {
    const supply_c = roomTarget(basis);
    notes.push(note('night_off', { shift_k: tenth(supply_c - curve.supply_c), ...until }));
    const ratio = FROST_FLOW_RATIO;
    return { curve_c: curve.supply_c, supply_c, ratio, mode: 'off', stage: curve.stage, notes };
  }
  // A room target lower by s is the curve at an outdoor temperature higher by s, lowered by s.
  let eased = setback_k > 0 ? plain(input, setback_k, -setback_k) : curve;
  if (setback_k > 0) {
    const shift_k = tenth(eased.supply_c - curve.supply_c);
    notes.push(note('setback', { shift_k, room_k: tenth(setback_k), ...until }));
  }
  if (plan) {
    eased = plain(input, -plan.colder_k, plan.room_k);
    const shift_k = tenth(eased.supply_c - curve.supply_c);
    notes.push(note('plan', { shift_k, room_k: tenth(plan.room_k), until: plan.until }));
  }
  let { supply_c } = eased;
  if (boost) {
    supply_c += boost.shift_k;
    notes.push(note('boost', { shift_k: tenth(boost.shift_k), until: boost.until }));
  }
  if (rooms) {
    const { shift_k, median_c, valid } = rooms.state;
    supply_c += shift_k;
    const room = median_c === undefined ? {} : { room_c: tenth(median_c) };
    notes.push(
      note('rooms', { shift_k: tenth(shift_k), ...room, target_c: tenth(rooms.target_c), rooms: valid }),
    );
  }
  if (balance) {
    const { shift_k, relative, reference } = balance;
    supply_c += shift_k;
    notes.push(note('balance', { shift_k: tenth(shift_k), ...warmthNote(relative, reference) }));
  }
  return { curve_c: curve.supply_c, supply_c, ratio: eased.ratio, mode, stage: eased.stage, notes };
}
