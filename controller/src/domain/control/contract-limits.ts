/** What heat contracts limit: return temperature, heat power and flow of the primary side. Heating circuits only. */
import type { ReasonCode } from '@heat-center/contract/reasons.ts';
import type { PrimaryLimits } from '../config.ts';
import { alongPoints } from '../physics/six-points.ts';
import { EMITTER_EXPONENT } from '../physics/weather-curve.ts';
import type { CapName, Inputs } from './circuit.ts';
import type { Allowed } from './range.ts';
import type { Given, Rule, Verdict } from './rule.ts';
import { ADAPTATION_DELAYS, RETURN_PER_SUPPLY, stepCap, TRANSIT_S, type CapInput } from './supply-cap.ts';

const tenth = (value: number): number => Math.round(value * 10) / 10;

/**
 * Highest primary return, °C: constant, or sliding with the filtered outdoor temperature; while that is unknown the
 * lowest of the slide. Undefined where there is no limit.
 */
export function returnMaximum(
  primary: PrimaryLimits | undefined,
  outdoor_c: number | undefined,
): number | undefined {
  const slide = primary?.return_slide;
  if (!slide) return primary?.return_max_c;
  if (outdoor_c === undefined) return Math.min(...slide.map(([, return_c]) => return_c));
  return tenth(alongPoints(slide, outdoor_c));
}

type CapCase = Pick<CapInput, 'margin_k' | 'gain' | 'adaptation_s' | 'held'>;

function capVerdict(
  given: Given,
  left: Allowed,
  slow: CapCase & { readonly name: CapName },
): Verdict | undefined {
  const { now, position, target, caps } = given;
  const { name, margin_k, gain, adaptation_s, held } = slow;
  const state = caps?.[name];
  // Most limits do not act.
  if (!state && (margin_k === undefined || margin_k >= 0)) return undefined;
  const step = stepCap(state, {
    now,
    margin_k,
    gain,
    adaptation_s,
    held,
    from_c: position ?? target,
    floor_c: left.min,
    target_c: target,
  });
  if (step.max_c === undefined) return undefined;
  return { min: undefined, max: step.max_c, cap: step.state && { name, state: step.state } };
}

const maximum = ({ max }: Verdict) => (max === undefined ? {} : { max: tenth(max) });

interface Margin {
  readonly return_c: number;
  readonly limit_c: number;
}

/** Of two limited returns the one that is nearer to its limit or farther above it; those that are unknown aside. */
function worse(
  worst: Margin | undefined,
  limit_c: number | undefined,
  return_c: number | undefined,
): Margin | undefined {
  if (limit_c === undefined || return_c === undefined) return worst;
  if (worst && limit_c - return_c >= worst.limit_c - worst.return_c) return worst;
  return { limit_c, return_c };
}

interface Returns {
  readonly worst: Margin | undefined;
  /** One that is limited is not known. */
  readonly unknown: boolean;
}

/** The limited returns of primary side and circuit; undefined where there is no limit. */
function limitedReturns({ config, primary, inputs }: Given): Returns | undefined {
  const primary_c = primary && returnMaximum(primary, inputs.outdoor_filtered_c);
  const circuit_c = config.limits?.return_max_c;
  if (primary_c === undefined && circuit_c === undefined) return undefined;
  const { primary_return_c, circuit_return_c } = inputs;
  return {
    worst: worse(worse(undefined, primary_c, primary_return_c), circuit_c, circuit_return_c),
    unknown:
      (primary_c !== undefined && primary_return_c === undefined) ||
      (circuit_c !== undefined && circuit_return_c === undefined),
  };
}

/** While a limited return is unknown, a limit in force may tighten but not ease. Off while heat comes back. */
export const RETURN_LIMIT: Rule = {
  code: 'return_limit',
  inputs: ['primary_return_c', 'circuit_return_c', 'outdoor_filtered_c'],
  limit: (given, left): Verdict | undefined => {
    if (given.config.kind === 'dhw' || given.boosting) return undefined;
    const returns = limitedReturns(given);
    if (!returns) return undefined;
    const { worst, unknown } = returns;
    const margin_k = worst && worst.limit_c - worst.return_c;
    return capVerdict(given, left, {
      name: 'return_limit',
      margin_k: unknown && margin_k !== undefined && margin_k >= 0 ? undefined : margin_k,
      held: unknown,
      gain: RETURN_PER_SUPPLY,
      adaptation_s: ADAPTATION_DELAYS * (given.primary?.transit_s ?? TRANSIT_S),
    });
  },
  params: (given, verdict) => ({ ...maximum(verdict), ...limitedReturns(given)?.worst }),
};

/** A meter that speaks rarely is waited for, but the valve needs its time too, s. */
const LEAST_DELAY_S = 600;

/**
 * Heat and flow of the primary side follow the supply temperature: dP/P ≈ (1 + b)·dtg/(tg − tn) for the emitters,
 * so a limit passed by a share of itself is worth so many kelvin of supply temperature.
 */
function meterLimit(asked: {
  readonly name: Exclude<CapName, 'return_limit'>;
  readonly input: keyof Inputs & ('primary_power_kw' | 'primary_flow_m3_h');
  readonly limit: (primary: PrimaryLimits) => number | undefined;
  readonly params: (measured: number | undefined, limit: number) => Readonly<Record<string, number>>;
}): Rule {
  const { name, input } = asked;
  const code: ReasonCode = name;
  return {
    code,
    inputs: [input],
    limit: (given, left): Verdict | undefined => {
      const { config, primary, inputs, position, target } = given;
      const { kind, design } = config;
      const limit = primary && asked.limit(primary);
      if (limit === undefined || !kind || kind === 'dhw') return undefined;
      const measured = inputs[input];
      const excess_k = Math.max((position ?? target) - (design?.room_c ?? 18), 1);
      const share = measured === undefined ? undefined : 1 - measured / Math.max(limit, 1e-3);
      const margin_k =
        share === undefined ? undefined : (Math.max(share, -1) * excess_k) / (1 + EMITTER_EXPONENT[kind]);
      const adaptation_s = ADAPTATION_DELAYS * Math.max(given.meter_s, LEAST_DELAY_S);
      return capVerdict(given, left, { name, margin_k, gain: 1, adaptation_s });
    },
    params: (given, verdict) => {
      const limit = given.primary && asked.limit(given.primary);
      return { ...maximum(verdict), ...(limit !== undefined && asked.params(given.inputs[input], limit)) };
    },
  };
}

export const POWER_LIMIT = meterLimit({
  name: 'power_limit',
  input: 'primary_power_kw',
  limit: (primary) => primary.power_max_kw,
  params: (power_kw, limit_kw) => ({ ...(power_kw === undefined ? {} : { power_kw }), limit_kw }),
});

export const PRIMARY_FLOW_LIMIT = meterLimit({
  name: 'primary_flow_limit',
  input: 'primary_flow_m3_h',
  limit: (primary) => primary.flow_max_m3_h,
  params: (flow_m3_h, limit_m3_h) => ({ ...(flow_m3_h === undefined ? {} : { flow_m3_h }), limit_m3_h }),
});
