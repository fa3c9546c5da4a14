/** What the equipment of the station in the histories bears, as its data sheets say: not read from the firmware's rules. */
import type { Wire } from './evidence.ts';

type Bounds = readonly [min: number, max: number];

interface Sheet {
  readonly accepts: Readonly<Record<string, Bounds>>;
  readonly supply_c: Bounds;
  readonly actuators: Readonly<Record<string, string>>;
}

const pumps = (id: string, names: readonly string[]): Record<string, string> => ({
  [`circuits.${id}.valve`]: 'close',
  ...Object.fromEntries(names.map((name) => [`circuits.${id}.pumps.${name}`, 'stop'])),
});

const SHEETS: Readonly<Record<string, Sheet>> = {
  low: {
    accepts: { supply_c: [25, 90], flow_m3_h: [10, 60] },
    supply_c: [25, 90],
    actuators: pumps('low', ['a', 'b']),
  },
  floor: {
    accepts: { supply_c: [20, 55], dp_kpa: [20, 150] },
    supply_c: [20, 55],
    actuators: pumps('floor', ['a', 'b']),
  },
  dhw: { accepts: { supply_c: [45, 70] }, supply_c: [45, 70], actuators: pumps('dhw', ['a']) },
};
const PRIMARY: Readonly<Record<string, Bounds>> = { flow_max_m3_h: [1, 500], return_max_c: [25, 90] };

/** Fastest change of what is in force. */
export const RAMPS: Readonly<Record<string, { supply_k_per_min: number; flow_m3_h_per_min: number }>> = {
  low: { supply_k_per_min: 1, flow_m3_h_per_min: 6 },
  floor: { supply_k_per_min: 0.5, flow_m3_h_per_min: 6 },
  dhw: { supply_k_per_min: 3, flow_m3_h_per_min: 6 },
};

/** Limits that the center gave the station to keep, by circuit. */
export type Limits = Readonly<
  Record<
    string,
    | {
        readonly supply_min_c: number;
        readonly supply_max_c: number;
        readonly flow_min_m3_h?: number;
        readonly flow_max_m3_h?: number;
      }
    | undefined
  >
>;

const within = (value: unknown, bounds: Bounds): boolean =>
  typeof value === 'number' && value >= bounds[0] && value <= bounds[1];

/** What a circuit may work to: the data sheet narrowed by the limits it keeps. Undefined where it takes no such value. */
export function rangeFor(circuit: string, name: string, limits: Limits): Bounds | undefined {
  const sheet = SHEETS[circuit];
  const own = name === 'supply_c' ? sheet?.supply_c : sheet?.accepts[name];
  const kept = limits[circuit];
  if (!own || !kept) return own;
  if (name === 'supply_c') return [Math.max(own[0], kept.supply_min_c), Math.min(own[1], kept.supply_max_c)];
  if (name !== 'flow_m3_h') return own;
  return [Math.max(own[0], kept.flow_min_m3_h ?? own[0]), Math.min(own[1], kept.flow_max_m3_h ?? own[1])];
}

/** The first thing in a command that the station must not take; undefined when it may be taken whole. */
export function fits(command: Wire, limits: Limits): string | undefined {
  if (command.kind === 'setpoints') return setpointsFit(command, limits);
  if (command.kind === 'fallback') return fallbackFits(command);
  if (command.kind !== 'select' && command.kind !== 'operate') return undefined;
  const [, circuit = ''] = command.target?.split('.') ?? [];
  const action = SHEETS[circuit]?.actuators[command.target ?? ''];
  return action !== undefined && action === command.action
    ? undefined
    : `${command.action} ${command.target}`;
}

function setpointsFit({ circuits = {}, primary = {} }: Wire, limits: Limits): string | undefined {
  for (const [id, values] of Object.entries(circuits)) {
    for (const [name, value] of Object.entries(values)) {
      const accepted = SHEETS[id]?.accepts[name];
      const range = rangeFor(id, name, limits);
      if (!accepted || !range || !within(value, range)) return `${id}.${name} ${String(value)}`;
    }
  }
  const wrong = Object.entries(primary).find(([name, value]) => !within(value, PRIMARY[name] ?? [1, 0]));
  return wrong && `primary.${wrong[0]} ${String(wrong[1])}`;
}

function fallbackFits({ circuits = {} }: Wire): string | undefined {
  for (const [id, kept] of Object.entries(circuits)) {
    const bears = SHEETS[id]?.supply_c;
    if (!bears) return id;
    const curve = (Array.isArray(kept['curve']) ? kept['curve'] : []) as readonly (readonly [
      number,
      number,
    ])[];
    if (curve.some(([, supply_c]) => !within(supply_c, bears))) return `${id}.curve`;
    const limits = kept['limits'] as { supply_min_c: number; supply_max_c: number };
    if (!within(limits.supply_min_c, bears) || !within(limits.supply_max_c, bears)) return `${id}.limits`;
  }
  return undefined;
}
