/** When a shortage begins and ends: for the log of the center and for the audit, whoever or whatever ended it. */
import type { Logger } from 'pino';
import type { SourceState } from '../domain/network/source.ts';

export interface SourceWatchOptions {
  readonly source: () => SourceState;
  readonly note: (before: object, after: object) => void;
  readonly log: Logger;
}

const EVERY_MS = 1000;

/** Notes each change of the phase from now on. */
export function watchSource(options: SourceWatchOptions): { look(): void; close(): void } {
  let { phase } = options.source();
  const look = (): void => {
    const { phase: is, limit_kw, total_kw, level } = options.source();
    if (is === phase) return;
    const after = { phase: is, limit_kw, total_kw, share: level };
    options.log.info(after, 'the sharing of the source changed');
    options.note({ phase }, after);
    phase = is;
  };
  const timer = setInterval(look, EVERY_MS);
  return { look, close: () => clearInterval(timer) };
}
