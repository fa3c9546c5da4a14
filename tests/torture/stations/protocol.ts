/** What the station process is given and says. */
import type { Login } from '../../support/center.ts';

export interface StationsSpec {
  /** For example mqtt://127.0.0.1:1883 */
  readonly url: string;
  /** Stations with an outbox on disk. */
  readonly logins: readonly Login[];
  /** A station that knows no receipts: a sample with a PUBACK is done with, one without is never sent again. */
  readonly gateway?: Login;
  /** Folder of outbox and ledger; the same one after a kill. */
  readonly dir: string;
  /** Samples a second of each station, at most 1000; the gateway sends half as many, one a message. */
  readonly rate: number;
  /** Samples that an outbox holds. */
  readonly capacity?: number;
  /** Samples that lie in each outbox before anything is sent: what a cut of the line left behind. */
  readonly backlog?: { readonly samples: number; readonly step_ms: number };
}

export type ToStations =
  /** No more samples are made; what is in the outboxes goes on. */
  { readonly kind: 'hush' } | { readonly kind: 'stop' };

export interface StationsFigures {
  readonly kind: 'figures';
  readonly connected: number;
  /** Samples made since this process began. */
  readonly made: number;
  /** Samples in outboxes. */
  readonly unsettled: number;
  readonly receipts: number;
}
