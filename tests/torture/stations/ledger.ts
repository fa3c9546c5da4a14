/**
 * What stations did, written as it happens and read after their process was killed. A line once written is in the
 * kernel's hands, so a kill of the process does not take it back.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One run of a station: its samples have the times `start + seq * step_ms`. */
export interface Boot {
  readonly station: string;
  readonly boot: string;
  readonly start: number;
  readonly step_ms: number;
  /** Highest seq that was in the outbox for certain. */
  last: number;
  /** Highest seq that a receipt covered. */
  receipt: number;
}

export interface Ledger {
  readonly boots: readonly Boot[];
  /** Times of the gateway's samples that got a PUBACK, by station. */
  readonly pubacks: ReadonlyMap<string, readonly number[]>;
  /** Commands as they came, JSON. */
  readonly commands: readonly string[];
}

export interface LedgerWriter {
  boot(entry: Omit<Boot, 'last' | 'receipt'>): void;
  appended(boot: string, last: number): void;
  receipt(boot: string, seq: number): void;
  puback(station: string, at: number): void;
  command(json: string): void;
  close(): void;
}

export function writeLedger(file: string): LedgerWriter {
  const fd = openSync(file, 'a');
  const put = (...parts: readonly (string | number)[]): void => void writeSync(fd, `${parts.join(' ')}\n`);
  return {
    boot: ({ station, boot, start, step_ms }) => put('boot', boot, station, start, step_ms),
    appended: (boot, last) => put('appended', boot, last),
    receipt: (boot, seq) => put('receipt', boot, seq),
    puback: (station, at) => put('puback', station, at),
    command: (json) => put('command', json),
    close: () => closeSync(fd),
  };
}

export function readLedger(file: string): Ledger {
  const boots = new Map<string, Boot>();
  const pubacks = new Map<string, number[]>();
  const commands: string[] = [];
  // What follows the last line break was being written when the process died.
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const [kind = '', id = '', ...rest] = line.split(' ');
    const known = boots.get(id);
    if (kind === 'boot') {
      const [station = '', start, step_ms] = rest;
      const entry = { station, boot: id, start: Number(start), step_ms: Number(step_ms) };
      boots.set(id, { ...entry, last: 0, receipt: 0 });
    } else if (kind === 'appended' && known) known.last = Number(rest[0]);
    else if (kind === 'receipt' && known) known.receipt = Math.max(known.receipt, Number(rest[0]));
    else if (kind === 'puback') {
      const times = pubacks.get(id) ?? [];
      times.push(Number(rest[0]));
      pubacks.set(id, times);
    } else if (kind === 'command') commands.push(line.slice('command '.length));
  }
  return { boots: [...boots.values()], pubacks, commands };
}
