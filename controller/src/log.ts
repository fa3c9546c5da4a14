/** Structured logs: JSON lines, or coloured text where a person looks at a terminal. */
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** A log of the level on standard output. Tokens and cookies never appear in it. */
export function createLog(level: string): Logger {
  const options = { level, redact: ['req.headers.authorization', 'req.headers.cookie'] };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }));
}
