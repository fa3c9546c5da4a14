/** Radiators and floor heating: water gives its heat to the rooms. */
import { WATER_KJ_KG_K } from './water.ts';

export interface EmitterDesign {
  readonly kind: 'radiators' | 'floor';
  readonly heat_kw: number;
  readonly supply_c: number;
  readonly return_c: number;
  readonly room_c: number;
  /** Installed size over the size that the design asks for. */
  readonly oversize: number;
}

export interface Emitter {
  readonly exponent: number;
  /** kW at 1 K of excess temperature. */
  readonly strength: number;
  /** Heat held by water and metal for each kelvin, kJ/K. */
  readonly water_kj_k: number;
  /** Between water and screed, kW/K; 0 where there is none. */
  readonly screed_kw_k: number;
  readonly screed_kj_k: number;
}

/** Exponents of EN 442 (radiators 1.3) and EN 1264 (floor 1.1). */
const EXPONENT = { radiators: 1.3, floor: 1.1 } as const;
/** Water in pipes and emitters for each kW of design heat, kg (planning figures of manufacturers). */
const WATER_KG_PER_KW = { radiators: 11, floor: 14 } as const;
const STEEL_KJ_K_PER_KW = 12;
/** Screed of 60 mm, 2000 kg/m³, 1 kJ/(kg·K): 120 kJ/(m²·K), over the 20 m² that 1 kW heats. */
const SCREED_KJ_K_PER_KW = 2400;

/** Sizes an emitter so that it gives its design heat at design temperatures and oversize 1. */
export function emitterOf(design: EmitterDesign): Emitter {
  const excess_k = (design.supply_c + design.return_c) / 2 - design.room_c;
  const exponent = EXPONENT[design.kind];
  const water_kj_k = design.heat_kw * WATER_KG_PER_KW[design.kind] * WATER_KJ_KG_K;
  if (design.kind === 'radiators') {
    const strength = (design.oversize * design.heat_kw) / excess_k ** exponent;
    return {
      exponent,
      strength,
      water_kj_k: water_kj_k + design.heat_kw * STEEL_KJ_K_PER_KW,
      screed_kw_k: 0,
      screed_kj_k: 0,
    };
  }
  const above_screed_k = 0.65 * excess_k;
  return {
    exponent,
    strength: (design.oversize * design.heat_kw) / above_screed_k ** exponent,
    water_kj_k,
    screed_kw_k: (design.oversize * design.heat_kw) / (excess_k - above_screed_k),
    screed_kj_k: design.heat_kw * SCREED_KJ_K_PER_KW,
  };
}

/** Heat from a surface to the room, kW: Q = K·(t_mean − t_room)^n, none when the room is the warmer. */
export function emitted_kw(emitter: Emitter, mean_c: number, room_c: number): number {
  const excess_k = mean_c - room_c;
  return excess_k <= 0 ? 0 : emitter.strength * excess_k ** emitter.exponent;
}
