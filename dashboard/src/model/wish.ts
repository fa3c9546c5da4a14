/** What a wish would mean, before it is sent; pure. */
import type {
  CircuitSettings,
  DecidedSetpoint,
  SetpointName,
  StationView,
} from '@heat-center/api/stations.ts';
import { allowedRange } from './reason.ts';
import type { AllowedRange } from './reason.ts';

/** Points that hold the measured value and the setpoint in force of a quantity. */
export const POINTS_OF: Record<SetpointName, { readonly value: string; readonly set: string }> = {
  supply_c: { value: 'supply_c', set: 'supply_set_c' },
  flow_m3_h: { value: 'flow_m3_h', set: 'flow_set_m3_h' },
  dp_kpa: { value: 'dp_kpa', set: 'dp_set_kpa' },
};

export interface Quantity {
  readonly name: SetpointName;
  readonly value: number | null;
  /** Setpoint that the station works to. */
  readonly set: number | null;
  readonly decided: DecidedSetpoint | undefined;
  readonly range: AllowedRange;
}

const numberAt = (view: StationView, point: string): number | null => {
  const tuple = view.points[point];
  return tuple && tuple[2] !== 'bad' && typeof tuple[1] === 'number' ? tuple[1] : null;
};

/** Limits of the settings, for a circuit whose trace does not name them. */
function settingsRange(
  limits: CircuitSettings['limits'],
  name: SetpointName,
): [number | null, number | null] {
  if (!limits) return [null, null];
  if (name === 'supply_c') return [limits.supply_min_c, limits.supply_max_c];
  if (name === 'flow_m3_h') return [limits.flow_min_m3_h ?? null, limits.flow_max_m3_h ?? null];
  return [limits.dp_min_kpa ?? null, limits.dp_max_kpa ?? null];
}

/** A quantity of a circuit as it is now, with the range in which a wish is taken. */
export function quantityNow(view: StationView, circuit: string, name: SetpointName): Quantity {
  const decided = view.setpoints[circuit]?.find((setpoint) => setpoint.name === name);
  const traced = allowedRange(decided?.trace ?? []);
  const settings = view.circuits.find(({ id }) => id === circuit);
  const [min, max] = settingsRange(settings?.limits, name);
  return {
    name,
    value: numberAt(view, `circuits.${circuit}.${POINTS_OF[name].value}`),
    set: numberAt(view, `circuits.${circuit}.${POINTS_OF[name].set}`),
    decided,
    range: { ...traced, min: traced.min ?? min, max: traced.max ?? max },
  };
}

export interface Effect {
  readonly direction: 'up' | 'down' | 'same';
  /** How long the ramp takes, min; null where no ramp is known or none is needed. */
  readonly minutes: number | null;
  readonly rate_k_per_min: number | null;
  /** A rule that for now keeps the value below the wish. */
  readonly heldBack: { readonly code: string; readonly max: number } | null;
}

/** What sending `wished` would do from here. */
export function effectOf(now: Quantity, wished: number, ramp_k_per_min: number | undefined): Effect {
  const start = now.set ?? now.decided?.value ?? null;
  const change = start === null ? 0 : wished - start;
  const rate = now.name === 'supply_c' ? (ramp_k_per_min ?? null) : null;
  const limit = now.decided?.trace.find(
    ({ reason, max, overridden }) =>
      reason.code === 'return_limit' && max !== undefined && max < wished && !overridden,
  );
  return {
    direction: Math.abs(change) < 0.05 ? 'same' : change > 0 ? 'up' : 'down',
    minutes: rate === null || start === null ? null : Math.max(1, Math.round(Math.abs(change) / rate)),
    rate_k_per_min: rate,
    heldBack: limit?.max === undefined ? null : { code: limit.reason.code, max: limit.max },
  };
}

export type Blocked = 'observe' | 'mode' | 'accepts' | null;

/** Why no wish can be sent to this circuit; null when one can. */
export function blockedBy(view: StationView, circuit: string): Blocked {
  if (view.control === 'observe') return 'observe';
  if (view.mode !== 'remote') return 'mode';
  return wishable(view, circuit).length === 0 ? 'accepts' : null;
}

/** Quantities of which a circuit takes setpoints. */
export function wishable(view: StationView, circuit: string): readonly SetpointName[] {
  return view.circuits.find(({ id }) => id === circuit)?.accepts ?? [];
}
