/** Circulation pump with a speed drive in a closed circuit. */

export interface PumpDesign {
  /** Flow (m³/h) and pressure difference (kPa) of the circuit at nominal speed. */
  readonly flow_m3_h: number;
  readonly dp_kpa: number;
  /** Speed at which it gives the nominal flow, 0–1. */
  readonly nominal_speed: number;
  /** Hydraulic times motor efficiency. */
  readonly efficiency: number;
}

/** In a closed circuit flow goes with speed and pressure with its square (affinity laws). */
export const pumpFlow_m3_h = (design: PumpDesign, speed: number): number =>
  (design.flow_m3_h * speed) / design.nominal_speed;

export const pumpHead_kpa = (design: PumpDesign, flow_m3_h: number): number =>
  design.dp_kpa * (flow_m3_h / design.flow_m3_h) ** 2;

/** Electric power: P = V·Δp/η, with m³/h·kPa/3600 = kW, and 3 % of nominal for the drive while it runs. */
export function pumpPower_kw(design: PumpDesign, flow_m3_h: number): number {
  if (flow_m3_h <= 0) return 0;
  const nominal_kw = (design.flow_m3_h * design.dp_kpa) / 3600 / design.efficiency;
  return (flow_m3_h * pumpHead_kpa(design, flow_m3_h)) / 3600 / design.efficiency + 0.03 * nominal_kw;
}

export interface PumpWish {
  readonly running: boolean;
  readonly flow_m3_h?: number | undefined;
  readonly dp_kpa?: number | undefined;
}

const RAMP_PER_S = 1 / 60;
const MIN_SPEED = 0.2;

/** Speed after a step: the drive works to the flow or, when none is set, the pressure difference asked for. */
export function pumpSpeed(design: PumpDesign, speed: number, step: { wish: PumpWish; dt_s: number }): number {
  const { wish, dt_s } = step;
  const share =
    wish.flow_m3_h === undefined
      ? Math.sqrt((wish.dp_kpa ?? design.dp_kpa) / design.dp_kpa)
      : wish.flow_m3_h / design.flow_m3_h;
  const target = wish.running ? Math.min(1, Math.max(MIN_SPEED, share * design.nominal_speed)) : 0;
  const reach = RAMP_PER_S * dt_s;
  return speed + Math.min(reach, Math.max(-reach, target - speed));
}
