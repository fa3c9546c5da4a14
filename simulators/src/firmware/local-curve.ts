/** A station's own curve: six points from outdoor to supply temperature, straight lines between, level outside. */

export type SixPoints = readonly (readonly [outdoor_c: number, supply_c: number])[];

export interface CurveDesign {
  readonly kind: 'radiators' | 'floor' | 'dhw';
  readonly supply_c: number;
  readonly room_c: number;
  readonly outdoor_c: number;
}

/** Supply temperature in °C for an outdoor temperature. The points ascend in outdoor temperature. */
export function curveSupply_c(curve: SixPoints, outdoor_c: number): number {
  const first = curve[0];
  if (!first) throw new RangeError('A curve needs at least one point.');
  let [low_c, supply_c] = first;
  if (outdoor_c <= low_c) return supply_c;
  // The first point is passed once more, and changes nothing.
  for (const [next_c, next_supply_c] of curve) {
    if (outdoor_c <= next_c) {
      return supply_c + ((next_supply_c - supply_c) * (outdoor_c - low_c)) / (next_c - low_c);
    }
    [low_c, supply_c] = [next_c, next_supply_c];
  }
  return supply_c;
}

/** Bend of curves that fitters set: weaker for floors, whose emission is nearly linear. */
const BEND = { radiators: 0.82, floor: 0.92 } as const;

/**
 * The curve set at commissioning, before any center sent one: a fitter's rule, the rise above the room at design
 * times (load share)^bend. Hot water is constant.
 */
export function commissioningCurve(design: CurveDesign): SixPoints {
  const { kind, room_c, outdoor_c } = design;
  const span_k = room_c - outdoor_c;
  return [1.15, 1, 0.75, 0.5, 0.3, 0.1].map((load) => {
    const rise = kind === 'dhw' ? 1 : load ** BEND[kind];
    const supply_c = room_c + (design.supply_c - room_c) * rise;
    return [Math.round((room_c - load * span_k) * 10) / 10, Math.round(supply_c * 10) / 10] as const;
  });
}
