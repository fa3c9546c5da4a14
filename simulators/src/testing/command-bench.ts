/** A station's command machine on a bench: a clock, a center that beats, loops that hold what they are told. */
import type { Report } from '@heat-center/contract/messages.ts';
import { kept, started, stepCommands, type CommandEvent } from '../firmware/commands.ts';
import { commissioningCurve, curveSupply_c } from '../firmware/local-curve.ts';
import type { CommandState, Readback, StationRules, Values } from '../firmware/rules.ts';
import { targetsOf, type Seen, type Targets } from '../firmware/targets.ts';
import type { Moment } from '../firmware/turn.ts';

/** The center's clock when the monotonic clock of the station is 0. */
export const T0 = 1_795_305_600_000;

const curve = (kind: 'radiators' | 'floor' | 'dhw', supply_c: number) =>
  commissioningCurve({ kind, supply_c, room_c: 18, outdoor_c: -10 });

export const RULES: StationRules = {
  circuits: [
    {
      id: 'low',
      kind: 'radiators',
      supply: { min: 25, max: 90 },
      accepts: { supply_c: { min: 25, max: 90 }, flow_m3_h: { min: 10, max: 60 } },
      curve: curve('radiators', 75),
      pumps: ['a', 'b'],
    },
    {
      id: 'floor',
      kind: 'floor',
      supply: { min: 20, max: 55 },
      accepts: { supply_c: { min: 20, max: 55 }, dp_kpa: { min: 20, max: 150 } },
      curve: curve('floor', 45),
      pumps: ['a', 'b'],
    },
    {
      id: 'dhw',
      kind: 'dhw',
      supply: { min: 45, max: 70 },
      accepts: { supply_c: { min: 45, max: 70 } },
      curve: curve('dhw', 55),
      pumps: ['a'],
    },
  ],
  primary: { flow_max_m3_h: { min: 1, max: 500 }, return_max_c: { min: 25, max: 90 } },
};

export const SEEN: Seen = { outdoor_c: 4, frost: [] };
export const CURVE_C = curveSupply_c(curve('radiators', 75), 4);

export const at = (mono_ms: number): Moment => ({ mono_ms, wall_ms: T0 + mono_ms });

/** A setpoints command c{seq} of epoch 7, issued at T0. */
export function setpoints(seq: number, circuits: object, more: object = {}): Record<string, unknown> {
  return { v: 1, id: `c${seq}`, epoch: 7, seq, at: T0, valid_s: 600, kind: 'setpoints', circuits, ...more };
}

export class Bench {
  state: CommandState;
  reports: Report[] = [];
  frost: readonly string[] = [];
  now: Moment = at(0);

  constructor(options: { heartbeat?: boolean } = {}) {
    this.state = started(undefined, 'remote', this.now).state;
    if (options.heartbeat ?? true) this.heartbeat();
  }

  step(event: CommandEvent): void {
    const { state, reports } = stepCommands(RULES, this.state, event);
    this.state = state;
    this.reports.push(...reports);
  }

  bytes(bytes: Uint8Array): void {
    this.step({ type: 'command', now: this.now, bytes, frost: this.frost });
  }

  command(command: object): void {
    this.bytes(new TextEncoder().encode(JSON.stringify(command)));
  }

  heartbeat(more: { at?: number; epoch?: number; every_s?: number } = {}): void {
    const heartbeat = { v: 1 as const, epoch: 7, at: this.now.wall_ms, every_s: 5, ...more };
    this.step({ type: 'heartbeat', now: this.now, heartbeat });
  }

  targets(): Targets {
    return targetsOf(RULES, this.state, { ...SEEN, frost: this.frost });
  }

  /** What loops show that hold exactly what they were told. */
  readback(): Readback {
    const { circuits, primary } = this.targets();
    const held: Record<string, Values> = {};
    const stopped: Record<string, boolean> = {};
    for (const [id, { supply_c, flow_m3_h, dp_kpa, stopped: pumps, valve_closed }] of Object.entries(
      circuits,
    )) {
      held[id] = {
        supply_c,
        ...(flow_m3_h === undefined ? {} : { flow_m3_h }),
        ...(dp_kpa === undefined ? {} : { dp_kpa }),
      };
      for (const pump of pumps) stopped[`circuits.${id}.pumps.${pump}`] = true;
      stopped[`circuits.${id}.valve`] = valve_closed;
    }
    return { circuits: held, primary, stopped };
  }

  tick(after_ms: number, readback: Readback = this.readback()): void {
    this.now = at(this.now.mono_ms + after_ms);
    this.step({ type: 'tick', now: this.now, readback, frost: this.frost });
  }

  /** Seconds with ticks and heartbeats as they should come. */
  pass(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.tick(1000);
      if (Math.round(this.now.mono_ms / 1000) % 5 === 0) this.heartbeat();
    }
  }

  /** Seconds with ticks only. */
  silence(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) this.tick(1000);
  }

  /** The controller of the station starts again; its memory stays. */
  restart(): void {
    const { state, reports } = started(kept(this.state), 'remote', this.now);
    this.state = state;
    this.reports = [...reports];
  }
}
