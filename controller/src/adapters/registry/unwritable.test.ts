import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditNotes } from './audit.ts';
import { openDatabase, transaction } from './database.ts';
import { createSessionStore } from './sessions.ts';
import { createTokenStore } from './tokens.ts';
import { createUserStore } from './users.ts';

const NOW = 1_795_305_600_000;
const actor = { by: 'anna', at: NOW };
const digest = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const user = (id: string) => ({
  id,
  full_name: null,
  role: 'operator' as const,
  disabled: false,
  password: 'hash',
  created_at: NOW,
  signed_in_at: null,
});
const token = (id: string) => ({
  id,
  name: id,
  role: 'viewer' as const,
  scope: null,
  created_at: NOW,
  created_by: 'anna',
  expires_at: NOW + 1000,
  used_at: null,
});

let dir: string;
let database: DatabaseSync;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heat-registry-'));
  database = openDatabase(join(dir, 'registry.sqlite'));
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true });
});

function stores() {
  const notes = createAuditNotes(database);
  const note = (entry: Parameters<typeof notes.note>[0]): void => notes.note(entry);
  return {
    notes,
    sessions: createSessionStore(database),
    tokens: createTokenStore(database, note),
    users: createUserStore(database, note),
  };
}
/** From now on every write is refused, as a full disk refuses it. */
const refuseWrites = (): void => database.exec('PRAGMA query_only = ON');
const REFUSED = expect.objectContaining({ code: 'not_ready' }) as Error;

describe('a registry that cannot be written', () => {
  it('still knows whoever it knew, and loses only when they were last seen', () => {
    const { sessions, tokens } = stores();
    sessions.addSession(digest(1), { user: null, created_at: NOW, seen_at: NOW });
    tokens.addToken(token('screen'), digest(2), actor);
    refuseWrites();
    sessions.touchSession(digest(1), NOW + 1);
    sessions.pruneSessions(NOW + 2, NOW + 2);
    tokens.touchToken('screen', NOW + 1);
    expect(sessions.session(digest(1))).toMatchObject({ seen_at: NOW });
    expect(tokens.tokenBySecret(digest(2))).toMatchObject({ id: 'screen' });
  });

  it('refuses every change as not ready, and changes nothing', () => {
    const { sessions, tokens, users, notes } = stores();
    users.addUser(user('li'), actor);
    sessions.addSession(digest(1), { user: 'li', created_at: NOW, seen_at: NOW });
    tokens.addToken(token('screen'), digest(2), actor);
    const before = notes.notes();
    refuseWrites();
    const changes: readonly (() => void)[] = [
      () => sessions.addSession(digest(3), { user: null, created_at: NOW, seen_at: NOW }),
      () => sessions.removeSession(digest(1)),
      () => tokens.addToken(token('other'), digest(4), actor),
      () => tokens.removeToken('screen', actor),
      () => users.addUser(user('wang'), actor),
      () => users.changeUser({ ...user('li'), disabled: true }, actor, {}),
      () => users.removeUser('li', actor),
      () => users.signedIn('li', NOW + 1),
      () => notes.note({ ...actor, action: 'x', subject: 'y', before: null, after: null }),
      () => notes.dropNotes(1),
    ];
    for (const change of changes) expect(change).toThrow(REFUSED);
    expect(users.users()).toEqual([user('li')]);
    expect(tokens.tokens()).toEqual([token('screen')]);
    expect(sessions.session(digest(1))).toBeDefined();
    expect(notes.notes()).toEqual(before);
  });

  it('takes changes again when it can be written', () => {
    const { users } = stores();
    refuseWrites();
    expect(() => users.addUser(user('li'), actor)).toThrow(REFUSED);
    database.exec('PRAGMA query_only = OFF');
    users.addUser(user('li'), actor);
    expect(users.users()).toHaveLength(1);
  });

  it('does not call a mistake of ours a full disk', () => {
    expect(() => transaction(database, () => database.exec('SELECT 1 FROM nowhere'))).toThrow('nowhere');
    expect(database.isTransaction).toBe(false);
  });
});
