/** A backup of the running center: what belongs together, for a program on the same machine that reads the files. */
import { z } from 'zod';
import { instant } from './common.ts';

/** Answer of `POST /api/v1/center/backup`. Until it is ended, these bytes of these files do not change. */
export const backupView = z.object({
  id: z.uuid(),
  at: instant,
  epoch: z.int(),
  version: z.string(),
  journal: z.object({ from: z.int(), to: z.int() }).describe('positions, bytes'),
  files: z.array(
    z.object({
      name: z.string().describe('in the backup'),
      path: z.string().describe('on the machine of the center'),
      bytes: z.int().describe('how many belong to it, from the beginning'),
    }),
  ),
});
export type BackupView = z.infer<typeof backupView>;

/** Answer of `DELETE /api/v1/center/backup/{id}`: false means that the bytes may have changed meanwhile. */
export const backupEnded = z.object({ whole: z.boolean() });
