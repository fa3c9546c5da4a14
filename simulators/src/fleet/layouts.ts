/** Kinds of circuits in the made-up city, and which of them a station has. */
import type { Layout } from './places.ts';

interface Kind {
  readonly kind: 'radiators' | 'floor' | 'dhw';
  readonly supply_c: number;
  readonly return_c: number;
  readonly dp_kpa: number;
  readonly static_kpa: number;
  readonly ramp_k_per_min: number;
  /** Limits that are registered, °C; the equipment's own are a little wider. */
  readonly limits: readonly [number, number];
  readonly equipment: readonly [number, number];
}

const RADIATORS = {
  kind: 'radiators',
  supply_c: 75,
  return_c: 50,
  dp_kpa: 85,
  ramp_k_per_min: 1,
  limits: [30, 85],
  equipment: [25, 90],
} as const;
const FLOOR = {
  kind: 'floor',
  supply_c: 45,
  return_c: 35,
  dp_kpa: 110,
  ramp_k_per_min: 0.5,
  limits: [25, 50],
  equipment: [20, 55],
} as const;

export const KINDS = {
  low: { ...RADIATORS, static_kpa: 330 },
  high: { ...RADIATORS, dp_kpa: 95, static_kpa: 720 },
  floor: { ...FLOOR, static_kpa: 340 },
  'high-floor': { ...FLOOR, dp_kpa: 120, static_kpa: 740 },
  dhw: {
    kind: 'dhw',
    supply_c: 55,
    return_c: 48,
    dp_kpa: 60,
    static_kpa: 420,
    ramp_k_per_min: 3,
    limits: [50, 65],
    equipment: [45, 70],
  },
} as const satisfies Record<string, Kind>;
export type CircuitId = keyof typeof KINDS;

/** Peak draw of hot water for each m² of heated area, W. */
export const DHW_W_M2 = 9;

interface Share {
  readonly id: CircuitId;
  /** Of the heated area. */
  readonly share: number;
}

export const SHARES: Readonly<Record<Layout, readonly Share[]>> = {
  low: [{ id: 'low', share: 1 }],
  'low+high': [
    { id: 'low', share: 0.58 },
    { id: 'high', share: 0.42 },
  ],
  floor: [{ id: 'floor', share: 1 }],
  'low+floor': [
    { id: 'low', share: 0.64 },
    { id: 'floor', share: 0.36 },
  ],
  'floor+dhw': [
    { id: 'floor', share: 1 },
    { id: 'dhw', share: 1 },
  ],
  'low+dhw': [
    { id: 'low', share: 1 },
    { id: 'dhw', share: 1 },
  ],
  'floor+high-floor': [
    { id: 'floor', share: 0.55 },
    { id: 'high-floor', share: 0.45 },
  ],
};
