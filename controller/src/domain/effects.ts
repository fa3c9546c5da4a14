/** What the center wants done after an input. Effects are data; adapters carry them out. */
import type { Command, CommandKind } from '@heat-center/contract/messages.ts';
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { SetpointName } from './config.ts';

/** A decided setpoint with the way to it. */
export interface Decision {
  readonly name: SetpointName;
  /** Unit of the name; undefined when nothing may be said (then nothing is sent and the lease ends). */
  readonly value: number | undefined;
  /** What the wanted-value rule asked for before any range. */
  readonly wanted: number | undefined;
  /** The rule that decides the value. */
  readonly reason: Reason;
  readonly trace: readonly TraceEntry[];
  /** Which rules there were, decided and were overridden, as bits: decisions that agree in it differ in numbers alone. */
  readonly outcome?: number | undefined;
}

export interface CircuitDecision {
  readonly circuit: string;
  readonly at: number;
  readonly decisions: readonly Decision[];
}

export type CommandState =
  | 'pending'
  | 'sent'
  | 'accepted'
  | 'applied'
  | 'achieved'
  | 'refused'
  | 'superseded'
  | 'cancelled'
  | 'expired';

/** A command or wish as people follow it. */
export interface CommandRecord {
  readonly id: string;
  readonly kind: CommandKind;
  readonly circuit?: string | undefined;
  /** Who asked: a person or token for wishes, `center` for renewals of its own. */
  readonly by: string;
  readonly at: number;
  readonly ends_at: number;
  readonly state: CommandState;
  readonly why?: ErrorCode | undefined;
  readonly path?: string | undefined;
  readonly reason?: string | undefined;
  /** What was asked for: circuit setpoints, or target and action. */
  readonly asked: Readonly<Record<string, number | string>>;
  readonly steps: readonly { readonly state: CommandState; readonly at: number }[];
}

export type Effect =
  /** Publish a command to a station. */
  | { readonly kind: 'send'; readonly station: string; readonly command: Command }
  /** A circuit's setpoints or their reasons changed: to history and feed. */
  | { readonly kind: 'decided'; readonly station: string; readonly decision: CircuitDecision }
  /** A command's state changed: to feed and API. */
  | { readonly kind: 'command'; readonly station: string; readonly command: CommandRecord }
  /** A tick's cycle has finished: publish the heartbeat. */
  | { readonly kind: 'heartbeat'; readonly epoch: number; readonly at: number }
  /** A station obeys a newer epoch; a person must confirm. */
  | { readonly kind: 'epoch_conflict'; readonly station: string; readonly epoch: number };
