/** Pumps and valves that a person may stop or close, and what that means; pure. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { StationView } from '@heat-center/api/stations.ts';

export interface Actuator {
  /** As commands name it: `circuits.low.pumps.a`, `circuits.low.valve`. */
  readonly target: string;
  readonly circuit: string;
  readonly kind: 'pump' | 'valve';
  /** Of the pump; empty for the valve. */
  readonly name: string;
  readonly action: 'stop' | 'close';
  /** The point that tells its state. */
  readonly point: string;
}

/** What a circuit has, as far as its telemetry tells: pumps by name, then the valve. */
export function actuatorsOf(view: Pick<StationView, 'points'>, circuit: string): Actuator[] {
  const pumps: Actuator[] = [];
  const prefix = `circuits.${circuit}.pumps.`;
  for (const point of Object.keys(view.points)) {
    if (!point.startsWith(prefix) || !point.endsWith('.running')) continue;
    const name = point.slice(prefix.length, -'.running'.length);
    pumps.push({ target: prefix + name, circuit, kind: 'pump', name, action: 'stop', point });
  }
  pumps.sort((a, b) => a.name.localeCompare(b.name));
  const point = `circuits.${circuit}.valve_pct`;
  if (!(point in view.points)) return pumps;
  const valve: Actuator = {
    target: `circuits.${circuit}.valve`,
    circuit,
    kind: 'valve',
    name: '',
    action: 'close',
    point,
  };
  return [...pumps, valve];
}

/** Other pumps of the circuit that run now, by name. */
export const othersRunning = (view: Pick<StationView, 'points'>, { circuit, target }: Actuator): string[] =>
  actuatorsOf(view, circuit)
    .filter(
      (other) => other.kind === 'pump' && other.target !== target && view.points[other.point]?.[1] === true,
    )
    .map(({ name }) => name);

const ENDED: ReadonlySet<CommandView['state']> = new Set(['refused', 'superseded', 'cancelled', 'expired']);

export const isEnded = ({ state }: CommandView): boolean => ENDED.has(state);

/** The order that holds a thing stopped or closed now. */
export const holdOn = (
  commands: readonly CommandView[],
  target: string,
  now: number,
): CommandView | undefined =>
  commands.find(
    (command) =>
      command.kind === 'operate' &&
      command.asked['target'] === target &&
      !isEnded(command) &&
      command.ends_at > now,
  );
