/** Everything that is fixed about a simulated station: what it registers, its plant, the rules of its firmware. */
import type { PlantDesign } from '../plant/station-plant.ts';
import type { StationRules } from './rules.ts';

/** Body of `POST /api/v1/stations`. */
export interface Registration {
  readonly id: string;
  readonly name: { readonly en: string; readonly zh: string };
  readonly kind: 'station' | 'source';
  readonly place: { readonly lat: number; readonly lon: number };
  readonly area: { readonly en: string; readonly zh: string };
  readonly heated_area_m2?: number;
  readonly priority: 'ordinary' | 'hospital' | 'school' | 'elderly';
  readonly control: 'on' | 'observe';
  /** Reporting periods, s. */
  readonly every_s: { readonly default: number; readonly meter: number };
  readonly simulated: true;
  readonly circuits: readonly RegisteredCircuit[];
  /** Limits of the primary side that the station's controller takes. */
  readonly primary_limits?: {
    readonly flow_max_m3_h: number;
    readonly power_max_kw: number;
    readonly return_max_c: number;
  };
  readonly primary_accepts?: readonly ('flow_max_m3_h' | 'power_max_kw' | 'return_max_c')[];
}

export interface RegisteredCircuit {
  readonly id: string;
  readonly kind: 'radiators' | 'floor' | 'dhw';
  readonly accepts: readonly ('supply_c' | 'flow_m3_h' | 'dp_kpa')[];
  readonly design: {
    readonly supply_c: number;
    readonly return_c: number;
    readonly outdoor_c: number;
    readonly room_c: number;
  };
  readonly limits: Readonly<Record<string, number>> & {
    readonly supply_min_c: number;
    readonly supply_max_c: number;
  };
  readonly heated_area_m2?: number;
  readonly heat_index_w_m2?: number;
}

export interface StationDesign {
  readonly registration: Registration;
  /** No secondary measurement: samples tell the primary side alone, and only its limits are obeyed. */
  readonly primary_only?: boolean;
  readonly plant: PlantDesign;
  readonly rules: StationRules;
  /** How fast a setpoint in force moves, K/min, by circuit. */
  readonly ramp_k_per_min: Readonly<Record<string, number>>;
  /** Flow that a circuit works to on its own, m³/h. */
  readonly own_flow_m3_h: Readonly<Record<string, number>>;
}
