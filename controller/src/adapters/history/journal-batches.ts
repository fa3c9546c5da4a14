/** Journal records to batches for a store. */
import type { Effect } from '../../domain/effects.ts';
import type { HistoryDecision, HistoryTelemetry, JournalReader, JournalRecord } from '../../ports.ts';

export interface JournalBatch {
  readonly telemetry: readonly HistoryTelemetry[];
  readonly decisions: readonly HistoryDecision[];
  /** Position after the batch. */
  readonly end: number;
  /** Arrival of its oldest record, ms UTC. */
  readonly oldestAt: number;
}

const READ_BYTES = 1024 * 1024;
/** As telemetry, some 4,000 rows of the wide tables. */
const BATCH_BYTES = 768 * 1024;
const DECIDED = Buffer.from('"kind":"decided"');

/** A sample is written ahead of a backlog when it is as young as this and not marked historical. */
const LIVE_WITHIN_MS = 60_000;

function decisionOf(record: JournalRecord): HistoryDecision | undefined {
  const { buffer, byteOffset, byteLength } = record.body;
  const body = Buffer.from(buffer, byteOffset, byteLength);
  // Commands and heartbeats are effects too, and far more of them.
  if (!body.includes(DECIDED)) return undefined;
  const effect: Effect = JSON.parse(body.toString());
  return effect.kind === 'decided' ? { station: effect.station, decision: effect.decision } : undefined;
}

/** Reads on from a position; `position` moves when a batch was stored, not when it was read. */
export class JournalBatches {
  readonly #journal: JournalReader;
  readonly #liveOnly: boolean;
  #records: JournalRecord[] = [];
  /** How many of them are in batches already. */
  #taken = 0;
  /** Where the next read begins. */
  #next: number;
  #position: number;
  #batch: JournalBatch | undefined;

  constructor(journal: JournalReader, position: number, liveOnly = false) {
    this.#journal = journal;
    this.#liveOnly = liveOnly;
    this.#position = position;
    this.#next = position;
  }

  get position(): number {
    return this.#position;
  }

  /** Arrival of the next record that is not stored, ms UTC; undefined when there is none before `until`. */
  async oldestAt(until: number): Promise<number | undefined> {
    if (this.#batch) return this.#batch.oldestAt;
    await this.#fill(until);
    return this.#records[this.#taken]?.at;
  }

  /** The next records up to `until`; the same batch again until it was stored. Throws as the journal does. */
  async batch(until: number): Promise<JournalBatch | undefined> {
    if (this.#batch) return this.#batch;
    const telemetry: HistoryTelemetry[] = [];
    const decisions: HistoryDecision[] = [];
    let end = this.#position;
    let oldestAt: number | undefined;
    for (let bytes = 0; bytes < BATCH_BYTES;) {
      await this.#fill(until);
      const record = this.#records[this.#taken];
      if (!record) break;
      this.#taken += 1;
      ({ end } = record);
      oldestAt ??= record.at;
      bytes += record.body.byteLength;
      if (record.kind === 'telemetry') telemetry.push(this.#messageOf(record));
      const decision = record.kind === 'effect' ? decisionOf(record) : undefined;
      if (decision) decisions.push(decision);
    }
    if (oldestAt === undefined) return undefined;
    this.#batch = { telemetry, decisions, end, oldestAt };
    return this.#batch;
  }

  stored(batch: JournalBatch): void {
    this.#position = batch.end;
    this.#batch = undefined;
  }

  /** Goes on elsewhere, when the journal no longer holds what would come next. */
  jump(position: number): void {
    this.#position = position;
    this.#next = position;
    this.#records = [];
    this.#taken = 0;
    this.#batch = undefined;
  }

  #messageOf({ station, at, body }: JournalRecord): HistoryTelemetry {
    return { station, body, liveSince: this.#liveOnly ? at - LIVE_WITHIN_MS : undefined };
  }

  async #fill(until: number): Promise<void> {
    if (this.#taken < this.#records.length || this.#next >= until) return;
    const records = await this.#journal.read(this.#next, READ_BYTES);
    // What is not known to be on disk may still be cut off by a crash.
    const durable = records.filter(({ end }) => end <= until);
    this.#next = durable.at(-1)?.end ?? this.#next;
    this.#records = durable;
    this.#taken = 0;
  }
}
