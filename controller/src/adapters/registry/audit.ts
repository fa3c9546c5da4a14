/** The record of who changed what and when. Entries are never changed. */
import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../../ports.ts';

export interface AuditLog {
  note(entry: AuditEntry): void;
  /** Newest first; of one subject where it is given. */
  list(query: { subject?: string; limit: number }): AuditEntry[];
}

const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function createAuditLog(database: DatabaseSync): AuditLog {
  const insert = database.prepare(
    'INSERT INTO audit (at, by, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    `SELECT at, by, action, subject, before, after FROM audit
     WHERE subject = coalesce(?, subject) ORDER BY n DESC LIMIT ?`,
  );
  return {
    note({ at, by, action, subject, before, after }) {
      insert.run(at, by, action, subject, before, after);
    },
    list({ subject, limit }) {
      return select.all(subject ?? null, limit).map((row) => ({
        at: Number(row.at),
        by: String(row.by),
        action: String(row.action),
        subject: String(row.subject),
        before: orNull(row.before),
        after: orNull(row.after),
      }));
    },
  };
}
