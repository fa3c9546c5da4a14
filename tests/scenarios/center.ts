/** The real domain of the center, driven in virtual time: its inputs are what stations send, its effects what they get. */
import { stationRegistration } from '@heat-center/api/stations.ts';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import type { Command, Report, Status } from '@heat-center/contract/messages.ts';
import { registerStation } from '@heat-center/controller/adapters/registry/registration.ts';
import { applyInput, createCenter, type CenterState } from '@heat-center/controller/domain/center.ts';
import type { StationConfig } from '@heat-center/controller/domain/config.ts';
import type { Effect } from '@heat-center/controller/domain/effects.ts';
import type { CenterInput, LocalTime } from '@heat-center/controller/domain/inputs.ts';
import type { NetworkSettings } from '@heat-center/controller/domain/network/settings.ts';
import type { Registration } from '@heat-center/simulators/firmware/station-design.ts';

/** Zone of the simulated city: UTC+8 all year. */
const ZONE_MS = 8 * 3_600_000;
export const EPOCH = 7;

export function localTime(at: number): LocalTime {
  const local = new Date(at + ZONE_MS);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay() || 7,
    minute_of_day: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** Settings as the API would keep them, with samples each minute. */
export const configOf = (registration: Registration): StationConfig =>
  registerStation(stationRegistration.parse({ ...registration, every_s: SCENARIO_EVERY_S })).config;

/** Reporting periods in scenarios: those that the contract assumes where none are given, s. */
export const SCENARIO_EVERY_S = { default: 60, meter: 900 } as const;

export class VirtualCenter {
  readonly state: CenterState = createCenter();
  /** Processor time that the domain and the decoding took, µs. */
  spent_us = 0;
  sent = 0;
  readonly #send: (station: string, command: Command) => void;

  constructor(options: {
    at: number;
    stations: readonly StationConfig[];
    send: (station: string, command: Command) => void;
  }) {
    this.#send = options.send;
    const { at } = options;
    for (const station of options.stations) this.#apply({ kind: 'settings', at, station });
    this.#apply({ kind: 'start', at, epoch: EPOCH, commit: 'scenario', node: '24' });
  }

  #apply(input: CenterInput): void {
    const effects = this.#timed(() => applyInput(this.state, input));
    this.#carryOut(effects);
  }

  #timed<T>(work: () => T): T {
    const before = process.threadCpuUsage();
    const result = work();
    const { user, system } = process.threadCpuUsage(before);
    this.spent_us += user + system;
    return result;
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      this.sent += 1;
      this.#send(effect.station, effect.command);
    }
  }

  telemetry(at: number, station: string, bytes: Uint8Array): void {
    // Timed as one: looking at the clock costs as much as a small input.
    const effects = this.#timed(() => {
      const decoded = decodeTelemetry(bytes);
      if (!decoded.ok || decoded.telemetry.unknown.length > 0)
        throw new Error(`${station} sent what cannot be read: ${JSON.stringify(decoded)}`);
      return applyInput(this.state, { kind: 'telemetry', at, station, telemetry: decoded.telemetry });
    });
    this.#carryOut(effects);
  }

  status(at: number, station: string, status: Status): void {
    this.#apply({ kind: 'status', at, station, status, will: false });
  }

  report(at: number, station: string, report: Report): void {
    this.#apply({ kind: 'report', at, station, report });
  }

  network(at: number, settings: NetworkSettings): void {
    this.#apply({ kind: 'network_settings', at, settings });
  }

  tick(at: number): void {
    this.#apply({ kind: 'tick', at, local: localTime(at) });
  }
}
