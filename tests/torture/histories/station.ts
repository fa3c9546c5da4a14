/** A station of the histories: the real command machine, loops that move at the real ramp, a judge that watches. */
import type { Mode, Report } from '@heat-center/contract/messages.ts';
import { kept, started, stepCommands, type Kept } from '@heat-center/simulators/firmware/commands.ts';
import type { CommandState, Readback, StationRules, Values } from '@heat-center/simulators/firmware/rules.ts';
import { approach, type InForce } from '@heat-center/simulators/firmware/setpoint-ramp.ts';
import { targetsOf, type Targets } from '@heat-center/simulators/firmware/targets.ts';
import { RULES } from '@heat-center/simulators/testing/command-bench.ts';
import type { Wire } from './evidence.ts';
import type { Judge } from './judge.ts';
import { RAMPS } from './plant-limits.ts';

/** What its own controller circulates when nobody asks for more, m³/h. */
const OWN_FLOW_M3_H = 40;
const OUTDOOR_C = 4;
const decoder = new TextDecoder();
/** A station that takes whatever it is told, and at once. */
const ANYTHING = { min: -1e9, max: 1e9 };
const RECKLESS: StationRules = {
  circuits: RULES.circuits.map((circuit) => ({
    ...circuit,
    supply: ANYTHING,
    accepts: { supply_c: ANYTHING, flow_m3_h: ANYTHING, dp_kpa: ANYTHING },
  })),
  primary: { flow_max_m3_h: ANYTHING, return_max_c: ANYTHING, power_max_kw: ANYTHING },
};
const RECKLESS_RAMP = 20;

export interface StationOptions {
  readonly judge: Judge;
  /** Wall clock minus true time, ms: it only stamps what the station says. */
  readonly skew_ms: number;
  /** Forgets every check before each command: shows that the judge sees it. */
  readonly reckless: boolean;
}

/** Times are true ms; the station's own monotonic clock starts at 0 with each boot. */
export class HistoryStation {
  state: CommandState;
  frost: readonly string[] = [];
  reports: Report[] = [];
  boot = 1;
  readonly #options: StationOptions;
  readonly #rules: StationRules;
  #booted_ms: number;
  #ticked_ms: number;
  #in_force: Record<string, InForce> = {};
  /** As of the last movement: what registers are read to hold. */
  #held: Targets;

  constructor(options: StationOptions, now_ms: number) {
    this.#options = options;
    this.#rules = options.reckless ? RECKLESS : RULES;
    this.#booted_ms = now_ms;
    this.#ticked_ms = now_ms;
    this.state = started(undefined, 'remote', this.#moment(now_ms)).state;
    this.#held = this.targets();
  }

  #moment(now_ms: number): { mono_ms: number; wall_ms: number } {
    return { mono_ms: now_ms - this.#booted_ms, wall_ms: now_ms + this.#options.skew_ms };
  }

  wall_ms(now_ms: number): number {
    return Math.round(now_ms + this.#options.skew_ms);
  }

  get held(): Targets {
    return this.#held;
  }

  targets(): Targets {
    return targetsOf(this.#rules, this.state, { outdoor_c: OUTDOOR_C, frost: this.frost });
  }

  get in_force(): Readonly<Record<string, InForce>> {
    return this.#in_force;
  }

  heartbeat(
    heartbeat: { v: 1; epoch: number; at: number; every_s: number },
    now_ms: number,
    sent_ms: number,
  ): void {
    const now = this.#moment(now_ms);
    this.#options.judge.beat({ ...heartbeat, mono_ms: now.mono_ms, delay_ms: now_ms - sent_ms });
    this.#take(stepCommands(this.#rules, this.state, { type: 'heartbeat', now, heartbeat }));
  }

  /** `issued_ms` is when the center issued it, where it was the center. */
  command(bytes: Uint8Array, now_ms: number, issued_ms: number | undefined): void {
    const now = this.#moment(now_ms);
    if (this.#options.reckless) this.#forget(read(bytes));
    const stepped = stepCommands(this.#rules, this.state, { type: 'command', now, bytes, frost: this.frost });
    const { mode } = this.state;
    this.#take(stepped);
    const age_ms = issued_ms === undefined ? undefined : now_ms - issued_ms;
    this.#options.judge.delivered(read(bytes), stepped.reports, {
      mono_ms: now.mono_ms,
      mode,
      frost: this.frost,
      age_ms,
    });
    this.#show(now.mono_ms);
  }

  #forget(command: Wire | undefined): void {
    const { last: _last, ...state } = this.state;
    const { epoch: _epoch, ...watch } = state.watch;
    this.state = {
      ...state,
      mode: 'remote',
      reports: [],
      time: [{ mono_ms: 1e15, offset_ms: -1e15 }],
      watch: { ...watch, alone: false, first_at: 0, back_at: undefined },
      selected: {
        command: { id: command?.select_id ?? '', epoch: 0, seq: 0 },
        target: command?.target ?? '',
        action: command?.action ?? '',
        hold_s: command?.hold_s ?? 0,
        ends_mono_ms: Infinity,
      },
    };
  }

  setMode(mode: Mode, now_ms: number): void {
    this.#take(stepCommands(this.#rules, this.state, { type: 'mode', now: this.#moment(now_ms), mode }));
    this.#show(now_ms - this.#booted_ms);
  }

  tick(now_ms: number): void {
    const now = this.#moment(now_ms);
    const { frost } = this;
    this.#take(
      stepCommands(this.#rules, this.state, { type: 'tick', now, readback: this.#readback(), frost }),
    );
    const targets = this.targets();
    this.#held = targets;
    const dt_s = ((now_ms - this.#ticked_ms) / 1000) * (this.#options.reckless ? RECKLESS_RAMP : 1);
    this.#ticked_ms = now_ms;
    const in_force: Record<string, InForce> = {};
    for (const [id, { supply_c, flow_m3_h = OWN_FLOW_M3_H }] of Object.entries(targets.circuits)) {
      const wanted = { supply_c, flow_m3_h };
      const was = this.#in_force[id] ?? { supply_set_c: supply_c, flow_set_m3_h: flow_m3_h };
      const rates = RAMPS[id] ?? { supply_k_per_min: 0, flow_m3_h_per_min: 0 };
      in_force[id] = approach(was, wanted, { ...rates, dt_s });
    }
    this.#in_force = in_force;
    this.#show(now.mono_ms, targets);
  }

  /** Starts again; without its memory it knows no pair and no fallback any more. */
  reboot(now_ms: number, memory: boolean): void {
    const saved: Kept | undefined = memory ? structuredClone(kept(this.state)) : undefined;
    const { mode } = this.state;
    this.#booted_ms = now_ms;
    this.boot += 1;
    this.#options.judge.rebooted(memory);
    this.#take(started(saved, mode, this.#moment(now_ms)));
  }

  #take(stepped: { state: CommandState; reports: readonly Report[] }): void {
    this.state = stepped.state;
    this.reports.push(...stepped.reports);
  }

  #show(mono_ms: number, moved?: Targets): void {
    const { circuits, primary } = moved ?? this.targets();
    const { mode } = this.state;
    this.#options.judge.look({
      moved: moved !== undefined,
      mono_ms,
      mode,
      frost: this.frost,
      circuits,
      primary,
      in_force: this.#in_force,
    });
  }

  #readback(): Readback {
    const circuits: Record<string, Values> = {};
    const stopped: Record<string, boolean> = {};
    const targets = this.#held;
    for (const [id, target] of Object.entries(targets.circuits)) {
      const { supply_c, flow_m3_h, dp_kpa } = target;
      circuits[id] = {
        supply_c,
        ...(flow_m3_h === undefined ? {} : { flow_m3_h }),
        ...(dp_kpa === undefined ? {} : { dp_kpa }),
      };
      for (const pump of target.stopped) stopped[`circuits.${id}.pumps.${pump}`] = true;
      stopped[`circuits.${id}.valve`] = target.valve_closed;
    }
    return { circuits, primary: targets.primary, stopped };
  }
}

function read(bytes: Uint8Array): Wire | undefined {
  try {
    return JSON.parse(decoder.decode(bytes)) as Wire;
  } catch {
    return undefined;
  }
}
