/** A simulated station, moved by `tick`. */
import type { Mode } from '@heat-center/contract/messages.ts';
import type { Logger } from 'pino';
import type { Environment } from '../plant/environment.ts';
import type { FaultWish } from '../plant/faults.ts';
import type { LoopSetpoints } from '../plant/measure.ts';
import type { Plant } from '../plant/station-plant.ts';
import type { Outbox } from './outbox.ts';
import type { CommandState } from './rules.ts';
import type { StationDesign } from './station-design.ts';
import { StationFirmware } from './station-firmware.ts';
import type { Store } from './store.ts';

export interface Clock {
  /** Monotonic, ms. */
  readonly mono_ms: () => number;
  /** Wall clock, ms since 1970 UTC. */
  readonly wall_ms: () => number;
}

export interface StationOptions {
  readonly design: StationDesign;
  /** For example mqtt://127.0.0.1:1883 */
  readonly mqtt: string;
  readonly secret: () => string;
  readonly store: Store;
  /** Id of this boot: 16 hexadecimal digits that never were used before. */
  readonly boot: string;
  /** What surrounds the plant at a wall time in s. */
  readonly environment: (at_s: number) => Environment;
  readonly clock: Clock;
  readonly log: Logger;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly mode?: Mode;
  /** The broker refused the secret. */
  readonly onRefused?: (reason: string) => void;
}

export interface Station {
  readonly id: string;
  readonly connected: () => boolean;
  readonly outbox: Outbox;
  /** State of the command machine, for tests and logs. */
  readonly commands: () => CommandState;
  readonly plant: Plant;
  /** What the loops of each circuit work to now. */
  readonly setpoints: () => Readonly<Record<string, LoopSetpoints>>;
  /** Moves plant and firmware to now; about once a second. */
  readonly tick: () => void;
  /** Switches the station by hand: `local` own curve, `manual` actuators by hand. */
  readonly setMode: (mode: Mode) => void;
  /** Faults that shall be at work from now on; an empty list ends them all. */
  readonly setFaults: (wanted: readonly FaultWish[]) => void;
  readonly start: () => void;
  /** Keeps the state, says offline and closes. */
  readonly stop: () => Promise<void>;
  /** Writes the plant's state to disk. */
  readonly save: () => void;
}

/** A station that is not yet connected. Call `start`, then `tick` about once a second. */
export function createStation(options: StationOptions): Station {
  const firmware = new StationFirmware(options);
  return {
    id: firmware.id,
    outbox: firmware.outbox,
    plant: firmware.plant,
    connected: () => firmware.link.connected,
    commands: () => firmware.commands,
    setpoints: () => firmware.setpoints,
    tick: () => firmware.tick(),
    setMode: (mode) => firmware.setMode(mode),
    setFaults: (wanted) => firmware.setFaults(wanted),
    start: () => firmware.start(),
    stop: () => firmware.stop(),
    save: () => firmware.save(),
  };
}
