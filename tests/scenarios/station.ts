/** A simulated station without sockets: real plant, loops, sampler and command machine, moved in virtual time. */
import { started, stepCommands, type CommandEvent } from '@heat-center/simulators/firmware/commands.ts';
import { Loops } from '@heat-center/simulators/firmware/loops.ts';
import type { CommandState } from '@heat-center/simulators/firmware/rules.ts';
import { Sampler } from '@heat-center/simulators/firmware/sampler.ts';
import type { StationDesign } from '@heat-center/simulators/firmware/station-design.ts';
import type { Moment } from '@heat-center/simulators/firmware/turn.ts';
import type { Environment } from '@heat-center/simulators/plant/environment.ts';
import type { FaultWish } from '@heat-center/simulators/plant/faults.ts';
import { plantOf, setFaults, type Plant } from '@heat-center/simulators/plant/station-plant.ts';
import type { Heartbeat, Report, Status } from '@heat-center/contract/messages.ts';

const BOOT = 'scenario';
const utf8 = new TextEncoder();

export interface VirtualStationOptions {
  readonly design: StationDesign;
  readonly environment: Environment;
  /** Start, ms UTC. */
  readonly at: number;
  /** `local`: the station works by itself and hears no center. */
  readonly mode: 'remote' | 'local';
}

export class VirtualStation {
  readonly id: string;
  readonly design: StationDesign;
  readonly plant: Plant;
  readonly loops: Loops;
  commands: CommandState;
  /** What became of commands since they were last taken. */
  #reports: Report[] = [];
  #at: number;
  readonly #start: number;
  readonly #sampler: Sampler;
  #seq = 0;
  #linked = true;

  constructor({ design, environment, at, mode }: VirtualStationOptions) {
    this.id = design.registration.id;
    this.design = design;
    this.#start = at;
    this.#at = at;
    this.plant = plantOf(design.plant, environment);
    this.loops = new Loops(design, undefined);
    this.#sampler = new Sampler(design);
    this.commands = started(undefined, mode, this.#now()).state;
    this.loops.settle(this.plant, {
      commands: this.commands,
      environment: () => environment,
      at_s: at / 1000,
    });
  }

  get linked(): boolean {
    return this.#linked;
  }

  #now(): Moment {
    return { mono_ms: this.#at - this.#start, wall_ms: this.#at };
  }

  #step(event: CommandEvent): void {
    const { state, reports } = stepCommands(this.design.rules, this.commands, event);
    this.commands = state;
    this.#reports.push(...reports);
  }

  setFaults(wanted: readonly FaultWish[]): void {
    setFaults(this.plant, wanted);
    this.#linked = !wanted.some(({ name }) => name === 'lost_link');
  }

  hear(heartbeat: Heartbeat): void {
    if (this.#linked) this.#step({ type: 'heartbeat', now: this.#now(), heartbeat });
  }

  command(message: object): void {
    const bytes = utf8.encode(JSON.stringify(message));
    if (this.#linked) this.#step({ type: 'command', now: this.#now(), bytes, frost: this.loops.frost });
  }

  /** Moves by one step of at most 10 s; gives a telemetry message when one is due. */
  tick(at: number, environment: Environment): Uint8Array | undefined {
    const dt_s = (at - this.#at) / 1000;
    this.#at = at;
    const now = this.#now();
    this.#step({ type: 'tick', now, readback: this.loops.readback(this.commands), frost: this.loops.frost });
    this.loops.advance(this.plant, { commands: this.commands, environment }, dt_s);
    // As real ones do: listen first, so that the first command is obeyed.
    if (this.commands.watch.first_at === undefined) return undefined;
    const sample = this.#sampler.due(this.plant, this.loops, now);
    if (!sample || !this.#linked) return undefined;
    this.#seq += 1;
    return utf8.encode(JSON.stringify({ v: 1, boot: BOOT, seq: this.#seq, ...sample }));
  }

  takeReports(): Report[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  status(): Status {
    const limits_rev = this.commands.fallback?.limits_rev;
    return {
      v: 1,
      state: 'online',
      boot: BOOT,
      at: this.#at,
      mode: this.commands.mode,
      ...(limits_rev === undefined ? {} : { limits_rev }),
    };
  }
}
