/** The running center as API, feed and metrics see it: implemented in `center/`. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { NetworkView } from './domain/center-view.ts';
import type { CircuitDecision, CommandRecord } from './domain/effects.ts';
import type { StationImage } from './domain/image.ts';
import type { Wish } from './domain/inputs.ts';
import type { NetworkLoad, StationLoad } from './domain/learning/load-forecast.ts';
import type { CircuitLearned } from './domain/learning/view.ts';
import type { Forecast } from './domain/network/forecast.ts';
import type { PlanSummary } from './domain/network/plan/view.ts';
import type { SourceLimit } from './domain/network/settings.ts';
import type { SourceState } from './domain/network/source.ts';

/** What the center knows of its stations now; read only, valid until the next input. */
export interface StationReadModel {
  image(station: string): StationImage | undefined;
  decisions(station: string): readonly CircuitDecision[];
  /** Open and recent commands, newest first. */
  commands(station: string): readonly CommandRecord[];
}

export interface Rejected {
  readonly at: number;
  readonly station: string;
  readonly code: ErrorCode;
  /** The beginning of what came, as text. */
  readonly excerpt: string;
}

export interface GapRecord {
  readonly station: string;
  readonly boot: string;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly at: number;
}

/** Told after each input; keep the work small, it is on the way of telemetry. */
export interface CenterListener {
  /** Telemetry of a station that is not historical: these points came. Called for every sample, so nothing is made for it. */
  points(station: string, came: readonly { readonly point: string }[]): void;
  /** Mode, online state, faults or settings of a station changed; or it was added or removed. */
  station(station: string): void;
  decision(station: string, decision: CircuitDecision): void;
  command(station: string, command: CommandRecord): void;
}

/** Something that is wrong with the center itself. The screen puts the code into words; `detail` is for engineers. */
export interface CenterTrouble {
  readonly code:
    | 'journal_unwritable'
    | 'clock_off'
    | 'disk_low'
    | 'broker_away'
    | 'history_stopped'
    | 'history_behind'
    | 'history_set_aside'
    | 'source_short'
    | 'source_over'
    | 'source_recovering'
    | 'source_suspected'
    | 'planner_stopped';
  /** Since when without a break, ms UTC. */
  readonly since: number;
  readonly params: Readonly<Record<string, number | string>>;
}

export interface CenterGate {
  /** Checks, journals, flushes, applies. Rejects with `HeatError` when the wish is not allowed. */
  wish(station: string, wish: Wish): Promise<void>;
  /** The registry changed: journals and applies the settings. */
  settingsChanged(station: string): Promise<void>;
  /** The same for settings of the network. */
  networkSettingsChanged(): Promise<void>;
  /** A person confirms that this center is the right one: continues above every epoch heard. */
  confirmEpoch(by: string): Promise<number>;
  /** Journals and applies a forecast. */
  takeForecast(forecast: Forecast): Promise<void>;
  network(): NetworkView;
  /** How a source with this limit would be shared now. */
  previewLimit(limit: SourceLimit): SourceState;
  /** What was learned of each heating circuit; undefined where there is no such station. */
  learned(station: string): readonly CircuitLearned[] | undefined;
  /** Load in so many hours to come. */
  loadOf(station: string, hours: number): StationLoad | undefined;
  loadOfNetwork(hours: number): NetworkLoad;
  /** The plan of peak shaving, and why there is no newer one. */
  plan(): PlanSummary & { readonly trouble: string | undefined };
  listen(listener: CenterListener): () => void;
  readonly epoch: number;
  epochConflicts(): readonly { station: string; epoch: number }[];
  counters(station: string): Readonly<Record<string, number>>;
  totals(): Readonly<Record<string, number>>;
  unknownPoints(station: string): readonly { point: string; count: number; last_at: number }[];
  gaps(station: string): readonly GapRecord[];
  rejected(): readonly Rejected[];
  readiness(): { readonly ready: boolean; readonly why: readonly string[] };
  /** The center's clock, ms UTC. */
  now(): number;
  /** Ends the MQTT connections of a login whose secret was rotated or revoked. */
  disconnect(login: string): void;
}
