/** Notes for the audit log: made in the transaction of the change that they tell of, dropped when the log has them. */
import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry, AuditNote } from '../../audit/port.ts';
import { written } from './database.ts';

export interface AuditNotes {
  note(entry: AuditEntry): void;
  /** Oldest first. */
  notes(): AuditNote[];
  dropNotes(upTo: number): void;
}

const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function createAuditNotes(database: DatabaseSync): AuditNotes {
  const insert = database.prepare(
    'INSERT INTO audit (at, by, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT n, at, by, action, subject, before, after FROM audit ORDER BY n');
  const remove = database.prepare('DELETE FROM audit WHERE n <= ?');
  return {
    note({ at, by, action, subject, before, after }) {
      written(() => insert.run(at, by, action, subject, before, after));
    },
    notes() {
      return select.all().map((row) => ({
        n: Number(row.n),
        entry: {
          at: Number(row.at),
          by: String(row.by),
          action: String(row.action),
          subject: String(row.subject),
          before: orNull(row.before),
          after: orNull(row.after),
        },
      }));
    },
    dropNotes(upTo) {
      written(() => remove.run(upTo));
    },
  };
}
