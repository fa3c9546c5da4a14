/** What the judge of the histories is shown, and what it can find. */

export const CRIMES = [
  'expired',
  'replayed',
  'out_of_limits',
  'off_the_ramp',
  'unselected',
  'wrong_epoch',
  'silence',
  'mode',
  'unasked',
] as const;
export type Crime = (typeof CRIMES)[number];

export interface Beat {
  readonly at: number;
  readonly epoch: number;
  /** Monotonic arrival, ms. */
  readonly mono_ms: number;
  /** How long it was truly under way, ms. */
  readonly delay_ms: number;
}

/** A command as the judge reads it from the wire. */
export interface Wire {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly valid_s: number;
  readonly kind: string;
  readonly circuits?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly primary?: Readonly<Record<string, unknown>>;
  readonly limits_rev?: number;
  readonly target?: string;
  readonly action?: string;
  readonly hold_s?: number;
  readonly select_id?: string;
  readonly cancels?: string;
}

export interface Answer {
  readonly id: string;
  readonly state: string;
  readonly at: number;
  readonly why?: string | undefined;
}

/** What the loops work to, as an engineer at the station would read it. */
export interface Seen {
  /** The loops have moved what is in force. */
  readonly moved: boolean;
  readonly mono_ms: number;
  readonly mode: string;
  readonly frost: readonly string[];
  readonly circuits: Readonly<
    Record<
      string,
      {
        readonly supply_c: number;
        readonly flow_m3_h?: number;
        readonly dp_kpa?: number;
        readonly follows: string;
        readonly stopped: readonly string[];
        readonly valve_closed: boolean;
      }
    >
  >;
  readonly primary: Readonly<Record<string, number>>;
  readonly in_force: Readonly<
    Record<string, { readonly supply_set_c: number; readonly flow_set_m3_h: number }>
  >;
}
