/** When and how the process ends. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Logger } from 'pino';

/** Ends once, on a signal or when the supervisor is gone: nobody would end this process later. */
export function endOnSignal(end: () => Promise<void>, log: Logger): void {
  let ending: Promise<void> | undefined;
  const stop = (): void => {
    ending ??= end().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'the center could not end cleanly; its journal holds everything');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
}

const endNow = (): never => process.exit(1);

/** Ends the process when the supervisor goes, for as long as nothing is open that must be closed. @returns undoes it */
export function endWithSupervisor(): () => void {
  process.on('disconnect', endNow);
  return () => process.off('disconnect', endNow);
}

/** Says why the center could not start, and what to do about it where that is known. */
export function endInError(error: unknown): never {
  const other = error instanceof Error ? error.stack : String(error);
  const text = error instanceof HeatError ? `${error.message} ${error.remedy}` : other;
  process.stderr.write(`heat center: ${text}\n`);
  process.exit(1);
}
