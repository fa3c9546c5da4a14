/** What a backup holds. It is a tar file in zstd; `manifest.json` is its last entry and names every other. */
import { z } from 'zod';

/** Rises when the layout changes so that an older program could not restore it. */
export const BACKUP_FORMAT = 1;
export const MANIFEST = 'manifest.json';

/** The only names that are taken out of an archive: nothing in it can point anywhere else. */
const NAME =
  /^(registry\.sqlite|history[a-z-]*\.(duckdb|sqlite)|(journal\/\d{16}\.journal|snapshots\/\d{16}\.snapshot|audit\/\d{16}\.audit)(\.torn)?)$/;

export const entryName = z.string().regex(NAME);

export const backupManifest = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** When it was begun, ms UTC by the center's clock. */
  at: z.int(),
  version: z.string(),
  /** What the center's commands carried. */
  epoch: z.int(),
  /** Bytes of the journal from which on everything is in it. */
  journal: z.object({ from: z.int(), to: z.int() }),
  files: z.array(
    z.object({ name: entryName, bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type BackupManifest = z.infer<typeof backupManifest>;
