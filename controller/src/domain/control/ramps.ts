/** How fast setpoints may move, from the setpoint in force on. */
import type { Given, Rule, Verdict } from './rule.ts';

/** Fastest change of the supply setpoint where the circuit names none, K/min. */
const RAMP_K_PER_MIN = 1;
/** Fastest change of the flow setpoint, as a share of the design flow in a minute. */
const RAMP_FLOW_RATIO_PER_MIN = 0.1;
/** Fastest change of the differential pressure setpoint, kPa/min. */
const RAMP_KPA_PER_MIN = 10;

/** Used up before the next rule is asked: made anew for each setpoint of ten thousand circuits it would be collected at length. */
const range = { min: Number.NaN, max: Number.NaN };

function rampRange({ position, passed_s }: Given, rate_per_min: number): Verdict | undefined {
  if (position === undefined) return undefined;
  const step = (rate_per_min * passed_s) / 60;
  range.min = position - step;
  range.max = position + step;
  return range;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const shown = ({ min = Number.NaN, max = Number.NaN }: Verdict) => ({
  min: hundredth(min),
  max: hundredth(max),
});

/** A ramp for quantities that have no setting of their own. */
function ramp(rate: (given: Given) => number | undefined): Rule {
  return {
    code: 'ramp',
    inputs: [],
    limit: (given) => {
      const rate_per_min = rate(given);
      return rate_per_min === undefined ? undefined : rampRange(given, rate_per_min);
    },
    params: (_given, verdict) => shown(verdict),
  };
}

const supplyRate = ({ config }: Given): number => config.limits?.ramp_k_per_min ?? RAMP_K_PER_MIN;

export const RAMP_SUPPLY: Rule = {
  code: 'ramp',
  inputs: [],
  limit: (given) => rampRange(given, supplyRate(given)),
  params: (given, verdict) => ({ ...shown(verdict), rate_k_per_min: supplyRate(given) }),
};

export const RAMP_FLOW = ramp(({ design_flow_m3_h }) =>
  design_flow_m3_h === undefined ? undefined : RAMP_FLOW_RATIO_PER_MIN * design_flow_m3_h,
);
export const RAMP_DP = ramp(() => RAMP_KPA_PER_MIN);
