/** People who sign in with a password; held in memory and written through. */
import { role } from '@heat-center/api/access.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { UserRecord, UserStore } from '../../access/stores.ts';
import type { AuditEntry } from '../../audit/port.ts';
import { transaction, written } from './database.ts';

const stored = z.object({
  id: z.string(),
  full_name: z.string().nullable(),
  role,
  disabled: z.number().transform((flag) => flag !== 0),
  password: z.string(),
  created_at: z.number(),
  signed_in_at: z.number().nullable(),
});

function readUsers(database: DatabaseSync): Map<string, UserRecord> {
  const rows = database.prepare('SELECT * FROM users ORDER BY id').all();
  return new Map(
    rows.map((row) => {
      const parsed = stored.safeParse(row);
      if (!parsed.success) {
        throw new HeatError('registry_damaged', `the record of the user ${String(row.id)} is not usable`);
      }
      return [parsed.data.id, parsed.data];
    }),
  );
}

/** What the audit shows of a person. */
const shown = ({ full_name, role: has, disabled }: UserRecord): string =>
  JSON.stringify({ full_name, role: has, disabled });

/** @param note writes down a change within its transaction */
export function createUserStore(database: DatabaseSync, note: (entry: AuditEntry) => void): UserStore {
  const users = readUsers(database);
  const put = database.prepare(
    `INSERT OR REPLACE INTO users (id, full_name, role, disabled, password, created_at, signed_in_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('DELETE FROM users WHERE id = ?');
  const endSessions = database.prepare('DELETE FROM sessions WHERE user = ? AND sha256 IS NOT ?');
  const write = (user: UserRecord): void => {
    const { id, full_name, disabled, password, created_at, signed_in_at } = user;
    put.run(id, full_name, user.role, disabled ? 1 : 0, password, created_at, signed_in_at);
  };
  const require = (id: string): UserRecord => {
    const user = users.get(id);
    if (!user) throw new HeatError('not_found', `There is nobody named ${id}.`);
    return user;
  };
  return {
    users: () => [...users.values()],
    user: (id) => users.get(id),
    addUser(user, actor) {
      const { id } = user;
      if (users.has(id)) throw new HeatError('already_exists', `The name ${id} is taken.`);
      transaction(database, () => {
        write(user);
        note({ ...actor, action: 'add_user', subject: id, before: null, after: shown(user) });
      });
      users.set(id, user);
    },
    changeUser(user, actor, ending) {
      const { id } = user;
      const before = require(id);
      const after = user.password === before.password ? {} : { password: 'changed' };
      transaction(database, () => {
        write(user);
        if (ending) endSessions.run(id, ending.except ?? null);
        note({
          ...actor,
          action: 'change_user',
          subject: id,
          before: shown(before),
          after: JSON.stringify({ ...JSON.parse(shown(user)), ...after }),
        });
      });
      users.set(id, user);
    },
    removeUser(id, actor) {
      const before = require(id);
      transaction(database, () => {
        remove.run(id);
        endSessions.run(id, null);
        note({ ...actor, action: 'remove_user', subject: id, before: shown(before), after: null });
      });
      users.delete(id);
    },
    signedIn(id, at, password) {
      const before = require(id);
      const user = { ...before, signed_in_at: at, password: password ?? before.password };
      written(() => write(user));
      users.set(id, user);
    },
  };
}
