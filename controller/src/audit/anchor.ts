/** The anchored end of the log, read from a registry that a running center may have open. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HeatError } from '@heat-center/contract/errors.ts';
import { parseAnchor } from './open.ts';
import type { Head } from './record.ts';
import { HEAD_SETTING } from './trail.ts';

/** Undefined where nothing was anchored yet. Throws `registry_damaged` when the file cannot be read. */
export function readAnchor(registry: string): Head | undefined {
  if (!existsSync(registry)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(registry, { readOnly: true });
    const row = database.prepare('SELECT value FROM settings WHERE name = ?').get(HEAD_SETTING);
    return row && parseAnchor(String(row.value));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new HeatError('registry_damaged', `${registry} cannot be read: ${cause}`);
  } finally {
    if (database?.isOpen) database.close();
  }
}
