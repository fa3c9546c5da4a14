/** Circulation pump with a speed drive in a closed circuit. */

export interface PumpDesign {
  /** Flow (m³/h) and pressure difference (kPa) of the circuit at nominal speed. */
  readonly flow_m3_h: number;
  readonly dp_kpa: number;
  /** Speed at which it gives the nominal flow, 0–1. */
  readonly nominal_speed: number;
  /** Hydraulic times motor efficiency at its best point. */
  readonly efficiency: number;
}

/** Head at no flow over head at nominal flow, of a flat centrifugal curve. */
const SHUT_OFF = 1.25;

/**
 * Where pump and circuit meet. Pump: Δp = Δp₀·(1.25·n² − 0.25·(V/V₀)²), affinity laws of a quadratic curve; circuit:
 * Δp = Δp₀·r·(V/V₀)². So V = V₀·n·√(1.25/(0.25 + r)), with n the speed over nominal and r the resistance over design.
 */
export const pumpFlow_m3_h = (design: PumpDesign, speed: number, resistance = 1): number =>
  ((design.flow_m3_h * speed) / design.nominal_speed) * Math.sqrt(SHUT_OFF / (SHUT_OFF - 1 + resistance));

export const pumpHead_kpa = (design: PumpDesign, flow_m3_h: number, resistance = 1): number =>
  design.dp_kpa * resistance * (flow_m3_h / design.flow_m3_h) ** 2;

/**
 * Electric power: P = V·Δp/η, with m³/h·kPa/3600 = kW, and 3 % of nominal for the drive while it runs. Efficiency
 * falls as a parabola away from the best point, which by affinity moves with the speed.
 */
export function pumpPower_kw(design: PumpDesign, flow_m3_h: number, resistance = 1): number {
  if (flow_m3_h <= 0) return 0;
  const nominal_kw = (design.flow_m3_h * design.dp_kpa) / 3600 / design.efficiency;
  const opening = Math.sqrt(SHUT_OFF / (SHUT_OFF - 1 + resistance));
  const efficiency = design.efficiency * (1 - 0.6 * (opening - 1) ** 2);
  return (flow_m3_h * pumpHead_kpa(design, flow_m3_h, resistance)) / 3600 / efficiency + 0.03 * nominal_kw;
}

export interface PumpWish {
  readonly running: boolean;
  readonly flow_m3_h?: number | undefined;
  readonly dp_kpa?: number | undefined;
}

const RAMP_PER_S = 1 / 60;
const MIN_SPEED = 0.2;

/** Speed after a step: the drive works to the flow or, when none is set, the pressure difference asked for. */
export function pumpSpeed(
  design: PumpDesign,
  speed: number,
  step: { wish: PumpWish; dt_s: number; resistance?: number },
): number {
  const { wish, dt_s, resistance = 1 } = step;
  const share =
    wish.flow_m3_h === undefined
      ? Math.sqrt((wish.dp_kpa ?? design.dp_kpa) / design.dp_kpa / resistance)
      : wish.flow_m3_h / design.flow_m3_h;
  const full = pumpFlow_m3_h(design, design.nominal_speed, resistance) / design.flow_m3_h;
  const wanted = (share / full) * design.nominal_speed;
  const target = wish.running ? Math.min(1, Math.max(MIN_SPEED, wanted)) : 0;
  const reach = RAMP_PER_S * dt_s;
  return speed + Math.min(reach, Math.max(-reach, target - speed));
}
