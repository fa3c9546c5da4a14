/** When and how the process ends. */
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
