/** What a backup needs of the running center. */
import type { BackupView } from '@heat-center/api/backup.ts';

/** Keeps the embedded store's file as it is for a while, so that it can be copied; writing goes on beside it. */
export interface HistoryPins {
  /** The first `bytes` of the file hold everything up to `cursor`, until `unpin` or the end of the process. */
  pin(pin: { id: string }): Promise<{ file: string; bytes: number; cursor: number }>;
  /** Whether the file stood until now under this pin. */
  unpin(pin: { id: string }): Promise<boolean>;
}

/** Hands out what a backup consists of. */
export interface BackupDesk {
  /** What is named does not change until `end`. Throws `already_exists` while another backup is taken. */
  begin(): Promise<BackupView>;
  /** Whether all of it stood until now. */
  end(id: string): Promise<boolean>;
}
