/** How fast setpoints may move, from the setpoint in force on. */
import type { Given, Rule } from './rule.ts';

/** Fastest change of the supply setpoint where the circuit names none, K/min. */
const RAMP_K_PER_MIN = 1;
/** Fastest change of the flow setpoint, as a share of the design flow in a minute. */
const RAMP_FLOW_RATIO_PER_MIN = 0.1;
/** Fastest change of the differential pressure setpoint, kPa/min. */
const RAMP_KPA_PER_MIN = 10;

function rampRange(given: Given, rate_per_min: number): { min: number; max: number } | undefined {
  if (given.position === undefined) return undefined;
  const step = (rate_per_min * given.passed_s) / 60;
  return { min: given.position - step, max: given.position + step };
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const shown = ({ min, max }: { min: number; max: number }) => ({ min: hundredth(min), max: hundredth(max) });

/** A ramp for quantities that have no setting of their own. */
function ramp(rate: (given: Given) => number | undefined): Rule {
  return {
    code: 'ramp',
    inputs: [],
    limit: (given) => {
      const rate_per_min = rate(given);
      const range = rate_per_min === undefined ? undefined : rampRange(given, rate_per_min);
      return range && { reason: { code: 'ramp', params: shown(range) }, ...range };
    },
  };
}

export const RAMP_SUPPLY: Rule = {
  code: 'ramp',
  inputs: [],
  limit: (given) => {
    const rate_k_per_min = given.config.limits?.ramp_k_per_min ?? RAMP_K_PER_MIN;
    const range = rampRange(given, rate_k_per_min);
    return range && { reason: { code: 'ramp', params: { ...shown(range), rate_k_per_min } }, ...range };
  },
};

export const RAMP_FLOW = ramp(({ design_flow_m3_h }) =>
  design_flow_m3_h === undefined ? undefined : RAMP_FLOW_RATIO_PER_MIN * design_flow_m3_h,
);
export const RAMP_DP = ramp(() => RAMP_KPA_PER_MIN);
