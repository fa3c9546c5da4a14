/** The station process as a scenario handles it. */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StationsFigures, StationsSpec, ToStations } from './protocol.ts';

const ENTRY = fileURLToPath(new URL('process.ts', import.meta.url));

export interface StationsProcess {
  readonly figures: StationsFigures;
  hush(): void;
  /** SIGKILL; outbox and ledger stay. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export const ledgerFile = (dir: string): string => join(dir, 'ledger.txt');

export function startStations(spec: StationsSpec): StationsProcess {
  const file = join(spec.dir, 'spec.json');
  writeFileSync(file, JSON.stringify(spec), { mode: 0o600 });
  const child = fork(ENTRY, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  let figures: StationsFigures = { kind: 'figures', connected: 0, made: 0, unsettled: Infinity, receipts: 0 };
  child.on('message', (message: StationsFigures) => {
    figures = message;
  });
  const tell = (message: ToStations): void => {
    if (child.connected) child.send(message);
  };
  return {
    get figures() {
      return figures;
    },
    hush: () => tell({ kind: 'hush' }),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      tell({ kind: 'stop' });
      await gone;
    },
  };
}
