/** Tokens of programs; held in memory and written through, each as the SHA-256 of its secret. */
import { action, role } from '@heat-center/api/access.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { TokenRecord, TokenStore } from '../../access/stores.ts';
import type { AuditEntry } from '../../audit/port.ts';
import { ifWritable, transaction } from './database.ts';

const stored = z.object({
  id: z.string(),
  name: z.string(),
  sha256: z.instanceof(Uint8Array).refine((digest) => digest.length === 32),
  role,
  scope: z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(z.array(action))
    .nullable(),
  created_at: z.number(),
  created_by: z.string(),
  expires_at: z.number(),
  used_at: z.number().nullable(),
});

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');

/** What the audit shows of a token. */
const shown = ({ name, role: has, scope, expires_at }: TokenRecord): string =>
  JSON.stringify({ name, role: has, scope, expires_at });

/** @param note writes down a change within its transaction */
export function createTokenStore(database: DatabaseSync, note: (entry: AuditEntry) => void): TokenStore {
  const tokens = new Map<string, TokenRecord>();
  const bySecret = new Map<string, string>();
  for (const row of database.prepare('SELECT * FROM tokens ORDER BY name').all()) {
    const parsed = stored.safeParse(row);
    if (!parsed.success) {
      throw new HeatError('registry_damaged', `the record of the token ${String(row.name)} is not usable`);
    }
    const { sha256, ...token } = parsed.data;
    tokens.set(token.id, token);
    bySecret.set(hex(sha256), token.id);
  }
  const insert = database.prepare(
    `INSERT INTO tokens (id, name, sha256, role, scope, created_at, created_by, expires_at, used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('DELETE FROM tokens WHERE id = ?');
  const touch = database.prepare('UPDATE tokens SET used_at = ? WHERE id = ?');
  return {
    tokens: () => [...tokens.values()],
    token: (id) => tokens.get(id),
    tokenBySecret: (sha256) => tokens.get(bySecret.get(hex(sha256)) ?? ''),
    addToken(token, sha256, actor) {
      const { id, name, scope, created_at, created_by, expires_at, used_at } = token;
      if ([...tokens.values()].some((other) => other.name === name)) {
        throw new HeatError('already_exists', `The name ${name} is taken.`);
      }
      const scopeJson = scope === null ? null : JSON.stringify(scope);
      transaction(database, () => {
        insert.run(id, name, sha256, token.role, scopeJson, created_at, created_by, expires_at, used_at);
        note({ ...actor, action: 'add_token', subject: id, before: null, after: shown(token) });
      });
      tokens.set(id, token);
      bySecret.set(hex(sha256), id);
    },
    removeToken(id, actor) {
      const before = tokens.get(id);
      if (!before) throw new HeatError('not_found', `There is no token ${id}.`);
      transaction(database, () => {
        remove.run(id);
        note({ ...actor, action: 'remove_token', subject: id, before: shown(before), after: null });
      });
      tokens.delete(id);
      for (const [digest, owner] of bySecret) if (owner === id) bySecret.delete(digest);
    },
    touchToken(id, usedAt) {
      const token = tokens.get(id);
      if (!token) return;
      ifWritable(() => touch.run(usedAt, id));
      tokens.set(id, { ...token, used_at: usedAt });
    },
  };
}
