/** Signed-in browsers, kept so that a restart of the center signs nobody out. */
import type { DatabaseSync } from 'node:sqlite';
import type { SessionRecord, SessionStore } from '../../access/stores.ts';
import { ifWritable, written } from './database.ts';

export function createSessionStore(database: DatabaseSync): SessionStore {
  const insert = database.prepare(
    'INSERT INTO sessions (sha256, user, created_at, seen_at) VALUES (?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT user, created_at, seen_at FROM sessions WHERE sha256 = ?');
  const touch = database.prepare('UPDATE sessions SET seen_at = ? WHERE sha256 = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE sha256 = ?');
  const prune = database.prepare('DELETE FROM sessions WHERE seen_at < ? OR created_at < ?');
  const count = database.prepare(
    'SELECT user, count(*) AS sessions FROM sessions WHERE user IS NOT NULL GROUP BY user',
  );
  return {
    addSession(sha256, session) {
      written(() => insert.run(sha256, session.user, session.created_at, session.seen_at));
    },
    session(sha256): SessionRecord | undefined {
      const row = select.get(sha256);
      return (
        row && {
          user: row.user === null ? null : String(row.user),
          created_at: Number(row.created_at),
          seen_at: Number(row.seen_at),
        }
      );
    },
    touchSession(sha256, seenAt) {
      ifWritable(() => touch.run(seenAt, sha256));
    },
    removeSession(sha256) {
      written(() => remove.run(sha256));
    },
    pruneSessions(seenBefore, createdBefore) {
      ifWritable(() => prune.run(seenBefore, createdBefore));
    },
    sessionsByUser() {
      return new Map(count.all().map(({ user, sessions }) => [String(user), Number(sessions)]));
    },
  };
}
