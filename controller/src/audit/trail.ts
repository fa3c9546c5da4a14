/**
 * Who did what, from all sides into one log: what the registry noted in the transaction of a change (so that no
 * change is without its record, whenever the process dies), and what never touches the registry.
 */
import type { AuditEntry, AuditNote, AuditQuery, AuditTrail } from './port.ts';
import type { AuditLog } from './log.ts';
import type { Head } from './record.ts';
import { recentNotes, searchAudit } from './search.ts';

/** The registry's side: notes that wait for the log, and what it remembers of the log's end. */
export interface NoteSource {
  /** Oldest first. */
  notes(): AuditNote[];
  /** Drops notes that are in the log, up to this number. */
  dropNotes(upTo: number): void;
  setSetting(name: string, value: string): void;
}

export interface TrailOptions {
  readonly dir: string;
  readonly log: AuditLog;
  readonly source: NoteSource;
  readonly now: () => number;
  /** Told of the anchored end, so that it also stands where the log of the process goes. */
  readonly onAnchor?: (head: Head) => void;
  /** Told once when the registry takes no anchor; it is tried again until it does. */
  readonly onUnanchored?: (error: unknown) => void;
}

/** Name of the registry's setting that holds the end of the log. */
export const HEAD_SETTING = 'audit_head';

const ANCHOR_AFTER_MS = 1000;
/** Refusals that are recorded one by one in a minute; whatever is beyond becomes one record with a count. */
const REFUSALS_A_MINUTE = 60;
const MINUTE_MS = 60_000;

const sameEntry = (one: AuditEntry, other: AuditEntry): boolean =>
  one.at === other.at &&
  one.by === other.by &&
  one.action === other.action &&
  one.subject === other.subject &&
  one.before === other.before &&
  one.after === other.after;

class LogTrail implements AuditTrail {
  readonly #options: TrailOptions;
  #settling: Promise<void> | undefined;
  #anchoring: NodeJS.Timeout | undefined;
  #anchored = 0;
  #unanchored = false;
  /** Notes up to this number are in the log, but the registry could not drop them yet. */
  #taken = 0;
  #refusals = { count: 0, unheard: 0 };
  #window: NodeJS.Timeout | undefined;

  constructor(options: TrailOptions) {
    this.#options = options;
  }

  get trouble(): string | undefined {
    const { trouble } = this.#options.log;
    return trouble === undefined ? undefined : `the audit log cannot be written: ${trouble}`;
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.#options.log.append(entry);
    this.#anchorSoon();
  }

  async refused(entry: AuditEntry): Promise<void> {
    this.#window ??= setTimeout(() => this.#endWindow(), MINUTE_MS).unref();
    this.#refusals.count += 1;
    if (this.#refusals.count <= REFUSALS_A_MINUTE) return this.record(entry);
    this.#refusals.unheard += 1;
    return undefined;
  }

  async settle(): Promise<void> {
    // Notes that came after the running round began need another one.
    while (this.#settling) await this.#settling;
    this.#settling = this.#settle().finally(() => {
      this.#settling = undefined;
    });
    await this.#settling;
  }

  list(query: AuditQuery): ReturnType<AuditTrail['list']> {
    return searchAudit(this.#options.dir, query);
  }

  async close(): Promise<void> {
    clearTimeout(this.#window);
    try {
      await this.#tellUnheard();
      await this.settle();
    } finally {
      clearTimeout(this.#anchoring);
      this.#anchor();
      await this.#options.log.close();
    }
  }

  /** Writes the end of the log into the registry. @returns false while that cannot be written: the log itself holds everything */
  #anchor(): boolean {
    const { log, source, onAnchor, onUnanchored } = this.#options;
    const { head } = log;
    if (head.n === this.#anchored) return true;
    try {
      source.setSetting(HEAD_SETTING, JSON.stringify(head));
    } catch (error) {
      if (!this.#unanchored) onUnanchored?.(error);
      this.#unanchored = true;
      return false;
    }
    this.#unanchored = false;
    this.#anchored = head.n;
    onAnchor?.(head);
    return true;
  }

  /** What a kill left in the registry although it had reached the log is dropped, not written twice. */
  async begin(): Promise<void> {
    const { dir, source } = this.#options;
    const known = await recentNotes(dir);
    for (const { n, entry } of source.notes()) {
      const written = known.get(n);
      if (!written || !sameEntry(written, entry)) break;
      source.dropNotes(n);
    }
    await this.settle();
  }

  async #settle(): Promise<void> {
    const { log, source } = this.#options;
    const notes = source.notes();
    const last = notes.at(-1);
    if (!last) return;
    const untold = notes.filter(({ n }) => n > this.#taken);
    if (untold.length > 0) await log.append(...untold.map(({ n, entry }) => ({ ...entry, note: n })));
    this.#taken = last.n;
    this.#anchorSoon();
    try {
      source.dropNotes(last.n);
      // Numbers of dropped notes are given again.
      this.#taken = 0;
    } catch {
      // They are in the log, which is what was asked; the registry drops them with the next ones.
    }
  }

  #anchorSoon(): void {
    this.#anchoring ??= setTimeout(() => {
      this.#anchoring = undefined;
      if (!this.#anchor()) this.#anchorSoon();
    }, ANCHOR_AFTER_MS).unref();
  }

  #endWindow(): void {
    this.#window = undefined;
    // The trouble of the log shows in the center's readiness.
    this.#tellUnheard().catch(() => undefined);
  }

  async #tellUnheard(): Promise<void> {
    const { unheard } = this.#refusals;
    this.#refusals = { count: 0, unheard: 0 };
    if (unheard === 0) return;
    await this.record({
      at: this.#options.now(),
      by: 'center',
      action: 'refusals_unheard',
      subject: 'center',
      before: null,
      after: JSON.stringify({ count: unheard }),
    });
  }
}

/** Begins with what an earlier process left in the registry, and with what the log's start found wrong. */
export async function openTrail(options: TrailOptions): Promise<AuditTrail> {
  const trail = new LogTrail(options);
  for (const { action, detail } of options.log.found) {
    const after = JSON.stringify({ detail });
    await trail.record({ at: options.now(), by: 'center', action, subject: 'center', before: null, after });
  }
  await trail.begin();
  return trail;
}
