/** Control valve with its actuator, and the local loop that drives it. */

export interface ValveDesign {
  /** Flow at 100 kPa when fully open, m³/h. */
  readonly kvs_m3_h: number;
  /** Flow coefficient of what lies in series: exchanger, strainer, meter, m³/h. */
  readonly series_kv_m3_h: number;
  /** Time from closed to open, s. */
  readonly stroke_s: number;
}

const RANGEABILITY = 50;

/** Share of kvs at a lift of 0–1: equal percentage, closing tightly: (R^x − 1)/(R − 1). */
export function characteristic(lift: number): number {
  return (RANGEABILITY ** Math.min(1, Math.max(0, lift)) - 1) / (RANGEABILITY - 1);
}

/**
 * Flow at 100 kPa over valve and what lies in series, m³/h: 1/kv² = 1/kv_valve² + 1/kv_series². The flow is
 * V = kv·√(Δp/100 kPa) (IEC 60534, water).
 */
export function valveKv_m3_h(design: ValveDesign, lift: number): number {
  const kv = design.kvs_m3_h * characteristic(lift);
  return kv <= 0 ? 0 : 1 / Math.sqrt(1 / kv ** 2 + 1 / design.series_kv_m3_h ** 2);
}

/** Lift (0–1) at which a flow in m³/h passes under a difference in kPa; open where even that is too little. */
export function liftFor(design: ValveDesign, flow_m3_h: number, dp_kpa: number): number {
  const kv = flow_m3_h / Math.sqrt(Math.max(dp_kpa, 0) / 100);
  const left = 1 / kv ** 2 - 1 / design.series_kv_m3_h ** 2;
  if (!(left > 0)) return 1;
  const share = 1 / Math.sqrt(left) / design.kvs_m3_h;
  return Math.min(1, Math.log(1 + share * (RANGEABILITY - 1)) / Math.log(RANGEABILITY));
}

/** Moves a lift (0–1) towards its target no faster than the actuator runs. */
export function moved(lift: number, target: number, reach: number): number {
  return lift + Math.min(reach, Math.max(-reach, target - lift));
}

export interface LoopTuning {
  /** Lift for each kelvin of error. */
  readonly gain_per_k: number;
  readonly integral_s: number;
}

export interface LoopInput {
  readonly error_k: number;
  /** Highest lift that the station's limiters allow now, 0–1. */
  readonly ceiling: number;
  readonly dt_s: number;
}

/**
 * PI with a clamped integral: output = gain·(error + ∫error dt/integral time), both within [0, ceiling],
 * so that it does not wind up. Returns the new integral term and the wanted lift.
 */
export function loopStep(
  integral: number,
  input: LoopInput,
  tuning: LoopTuning,
): { integral: number; lift: number } {
  const { error_k, ceiling, dt_s } = input;
  const next = Math.min(
    ceiling,
    Math.max(0, integral + (tuning.gain_per_k * error_k * dt_s) / tuning.integral_s),
  );
  return { integral: next, lift: Math.min(ceiling, Math.max(0, next + tuning.gain_per_k * error_k)) };
}
