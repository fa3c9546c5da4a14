/** What the heat center needs from outside; adapters implement these, `main.ts` joins them. */
import type { Quality } from '@heat-center/contract/quality.ts';
import type { IdentityKind } from '@heat-center/contract/topics.ts';
import type { AuditEntry, AuditNote } from './audit/port.ts';
import type { StationConfig } from './domain/config.ts';
import type { CircuitDecision } from './domain/effects.ts';
import type { CenterInput } from './domain/inputs.ts';
import type { PlanRequest } from './domain/network/plan/make.ts';
import type { Plan } from './domain/network/plan/plan.ts';
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
