/** How setpoints in force move: towards their targets, never faster than the station's own ramp. */

/** What the loops of one circuit work to now. */
export interface InForce {
  readonly supply_set_c: number;
  readonly flow_set_m3_h: number;
}

export interface RampRates {
  readonly supply_k_per_min: number;
  readonly flow_m3_h_per_min: number;
}

/** The flow setpoint moves by so much of the own flow in a minute. */
export const FLOW_SHARE_PER_MIN = 0.15;

const towards = (value: number, target: number, reach: number): number =>
  value + Math.min(reach, Math.max(-reach, target - value));

/** The setpoints in force after `dt_s` seconds; `target` in °C and m³/h. */
export function approach(
  now: InForce,
  target: { readonly supply_c: number; readonly flow_m3_h: number },
  step: RampRates & { readonly dt_s: number },
): InForce {
  const minutes = step.dt_s / 60;
  return {
    supply_set_c: towards(now.supply_set_c, target.supply_c, step.supply_k_per_min * minutes),
    flow_set_m3_h: towards(now.flow_set_m3_h, target.flow_m3_h, step.flow_m3_h_per_min * minutes),
  };
}
