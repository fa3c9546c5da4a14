/** What the heat center needs from outside; adapters implement these, `main.ts` joins them. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { Quality } from '@heat-center/contract/quality.ts';
import type { IdentityKind } from '@heat-center/contract/topics.ts';
import type { AuditEntry, AuditNote } from './audit/port.ts';
import type { StationConfig } from './domain/config.ts';
import type { CircuitDecision, CommandRecord } from './domain/effects.ts';
import type { StationImage } from './domain/image.ts';
import type { CenterInput, Wish } from './domain/inputs.ts';
import type { NetworkView } from './domain/center.ts';
import type { NetworkLoad, StationLoad } from './domain/learning/load-forecast.ts';
import type { CircuitLearned } from './domain/learning/view.ts';
import type { Forecast } from './domain/network/forecast.ts';
import type { PlanRequest } from './domain/network/plan/make.ts';
import type { Plan } from './domain/network/plan/plan.ts';
import type { PlanSummary } from './domain/network/plan/view.ts';
import type { NetworkSettings } from './domain/network/settings.ts';

// ---------------------------------------------------------------- journal

/** What a journal record holds; the body of all but `telemetry` is JSON. */
export type RecordKind = CenterInput['kind'] | 'effect';

export interface JournalRecord {
  /** Where the record ends: the position from which the next is read, bytes since the journal began. */
  readonly end: number;
  readonly kind: RecordKind;
  /** Empty for records of the whole center. */
  readonly station: string;
  /** Time of arrival, ms UTC. */
  readonly at: number;
  readonly body: Uint8Array;
}

export interface JournalWriter {
  /** Appends in memory and returns the end position; the record is durable once `durable` has reached it. */
  append(record: Omit<JournalRecord, 'end'>): number;
  /**
   * Appends, and calls back once the record is on disk with its body as it stands there: so nothing of a message
   * but these bytes waits for the flush. The bytes are valid during the call.
   */
  appendThen(record: Omit<JournalRecord, 'end'>, done: (body: Uint8Array, position: number) => void): void;
  /** Calls back once everything up to the position is on disk; in the order of positions. */
  whenDurable(position: number, done: () => void): void;
  /** Highest position known to be on disk. */
  readonly durable: number;
  /** Position after the last appended record. */
  readonly end: number;
  /** Oldest position still held. */
  readonly start: number;
  /** False while the disk cannot be written. */
  readonly writable: boolean;
}

/** Reads durable records in order from a position. Works from any thread on the same folder. */
export interface JournalReader {
  /** Up to `maxBytes` of whole records from `from` on; empty when nothing more is durable. Throws `JournalGap` when `from` is no longer held. */
  read(from: number, maxBytes: number): Promise<JournalRecord[]>;
}

// ---------------------------------------------------------------- history

/** A message of one station as the journal keeps it (`domain/telemetry`). */
export interface HistoryTelemetry {
  readonly station: string;
  readonly body: Uint8Array;
  /** Only samples measured at or after this (ms UTC) and not marked historical; undefined = all. */
  readonly liveSince?: number | undefined;
}

export interface HistoryDecision {
  readonly station: string;
  readonly decision: CircuitDecision;
}

/** Everything between two journal positions, in order. */
export interface HistoryBatch {
  readonly telemetry: readonly HistoryTelemetry[];
  readonly decisions: readonly HistoryDecision[];
  /** Journal position after this batch: stored together with it where the store can. */
  readonly cursor: number;
  /** Where live data goes on while the cursor still works off a backlog; undefined = with the cursor. */
  readonly live?: number | undefined;
}

export interface WriteOutcome {
  /**
   * By station: points that were stored before with another value for the same time (the later stands).
   * InfluxDB overwrites unasked, so there only those within the batch are known.
   */
  readonly conflicts: ReadonlyMap<string, number>;
  /** Lines that the store refused for ever, set aside with the reason. */
  readonly setAside: readonly { readonly line: string; readonly reason: string }[];
}

export interface HistoryQuery {
  readonly station: string;
  readonly points: readonly string[];
  /** Inclusive, ms UTC. */
  readonly from: number;
  /** Exclusive, ms UTC. */
  readonly to: number;
  /** Most tuples per series; the least and greatest of each bucket are kept when there are more. */
  readonly maxPoints: number;
}

export interface Series {
  readonly point: string;
  /** How many measurements the span holds before reduction. */
  readonly total: number;
  readonly points: readonly (readonly [at: number, value: number | null, quality: Quality])[];
}

export interface StoredSetpoint {
  readonly at: number;
  readonly circuit: string;
  readonly name: string;
  readonly value: number | null;
  readonly wanted: number | null;
  readonly reason: string;
  /** JSON of the trace. */
  readonly trace: string;
}

export interface StoredCount {
  /** Distinct times of measurement. */
  readonly samples: number;
  readonly readings: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** A store of the past. Writing is idempotent on (station, point, time); the last present value wins. */
export interface History {
  readonly source: 'embedded' | 'influx';
  write(batch: HistoryBatch): Promise<WriteOutcome>;
  /** Where the store stands in the journal; 0 for a new store. */
  cursor(): Promise<number>;
  /** Where live data goes on, as stored with the last batch that named it. */
  liveCursor(): Promise<number | undefined>;
  query(query: HistoryQuery): Promise<Series[]>;
  /** The newest `limit` of the span (`from` inclusive, `to` exclusive), oldest first. */
  setpoints(query: { station: string; from: number; to: number; limit: number }): Promise<StoredSetpoint[]>;
  count(station: string): Promise<StoredCount>;
  close(): Promise<void>;
}

/** Questions to history from the API's side, with how far it lags. */
export interface HistoryReader {
  query(query: HistoryQuery): Promise<{ series: Series[]; source: 'embedded' | 'influx' }>;
  setpoints(query: { station: string; from: number; to: number; limit: number }): Promise<StoredSetpoint[]>;
  count(station: string): Promise<StoredCount>;
  lag(): HistoryLag;
}

export interface HistoryLag {
  /** Age of the oldest journaled telemetry that is not in history yet, s. */
  readonly behind_s: number;
  readonly bytes: number;
  /** Why writing stands still, for people; undefined while it moves. */
  readonly trouble?: string | undefined;
  /** Lines that the store refused for ever since the start. */
  readonly set_aside?: number;
  /** Up to where the journal was read. */
  readonly cursor?: number;
}

// ---------------------------------------------------------------- registry

export interface LocalName {
  readonly en?: string | undefined;
  readonly zh?: string | undefined;
}

/** A registered station: what control needs, and what people need. */
export interface StationRecord {
  readonly config: StationConfig;
  readonly name: LocalName;
  readonly area: LocalName | undefined;
  readonly place: { readonly lat: number; readonly lon: number } | undefined;
  readonly priority: 'ordinary' | 'hospital' | 'school' | 'elderly';
  readonly simulated: boolean;
}

export interface Credential {
  readonly id: string;
  readonly kind: IdentityKind;
  readonly stations: readonly string[];
  /** SHA-256 of the secret. */
  readonly sha256: Uint8Array;
}

/** Who acts and when: every change of the registry carries both. */
export interface Actor {
  readonly by: string;
  readonly at: number;
}

export interface Registry {
  stations(): StationRecord[];
  station(id: string): StationRecord | undefined;
  /** Throws `already_exists`. Returns the secret, which is shown once. */
  addStation(record: StationRecord, actor: Actor): string;
  /** Throws `not_found`. `limits_rev` rises when kind, design or limits of a circuit changed. */
  changeStation(record: StationRecord, actor: Actor): StationRecord;
  removeStation(id: string, actor: Actor): void;
  /** A new secret for any login. Throws `not_found`. */
  rotateSecret(id: string, actor: Actor): string;
  addLogin(
    login: { id: string; kind: 'gateway' | 'reader'; stations: readonly string[] },
    actor: Actor,
  ): string;
  removeLogin(id: string, actor: Actor): void;
  credential(id: string): Credential | undefined;
  credentials(): Credential[];
  networkSettings(): NetworkSettings;
  setNetworkSettings(settings: NetworkSettings, actor: Actor): void;
  /** Notes an action for the audit log; kept here until `dropNotes`. Changes of the registry note themselves. */
  note(entry: AuditEntry): void;
  /** What waits for the audit log, oldest first. */
  notes(): AuditNote[];
  /** Drops notes that are in the audit log, up to this number. */
  dropNotes(upTo: number): void;
  /** Small named values that outlive restarts (for example the epoch). */
  setting(name: string): string | undefined;
  setSetting(name: string, value: string): void;
  close(): void;
}

// ---------------------------------------------------------------- the way to the stations

/** Publishes to stations, over the embedded broker or an external one. */
export interface StationLink {
  /** QoS 1, never retained; false when it is known that nobody listens or the queue is full. */
  send(station: string, channel: 'command' | 'receipt', bytes: Uint8Array): boolean;
  heartbeat(bytes: Uint8Array): void;
  /** Ends the connections of a login whose secret was rotated or revoked. */
  disconnect(login: string): void;
  /** Figures for metrics. */
  metrics(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** A login was added or got another secret (`secret` is set), or was revoked. */
export interface CredentialChange {
  readonly id: string;
  readonly secret?: string;
}

// ---------------------------------------------------------------- the planner of peak shaving

/** Makes plans outside of the cycle. */
export interface Planner {
  /** Rejects where no plan can be made, with the reason for an engineer. */
  make(request: PlanRequest): Promise<Plan>;
  /** Ends what is under way; its plans reject. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- weather

/** Where forecasts come from and how that goes. Times in ms UTC. */
export interface WeatherStatus {
  readonly provider: 'none' | 'open-meteo' | 'met-norway' | 'file';
  readonly state: 'off' | 'waiting' | 'good' | 'failing';
  /** When it last gave a forecast, was last asked, is asked next. */
  readonly taken_at: number | null;
  readonly checked_at: number | null;
  readonly next_at: number | null;
  /** What went wrong, for engineers. */
  readonly trouble: string | null;
  /** To be shown wherever its data are. */
  readonly attribution: { readonly text: string; readonly url: string } | null;
}

export interface WeatherSource {
  status(): WeatherStatus;
}

// ---------------------------------------------------------------- the running center, as the API sees it

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
