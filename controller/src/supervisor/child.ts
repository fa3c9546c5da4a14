/** A child process that is started again when it dies, after a pause that grows. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChildOptions {
  readonly name: string;
  readonly entry: string;
  readonly execArgv?: readonly string[];
  readonly env: () => NodeJS.ProcessEnv;
  readonly onMessage?: (message: unknown) => void;
  /** Deaths within a minute after which `onGivenUp` is called instead of another start; Infinity: never. */
  readonly maxDeaths: number;
  readonly onGivenUp?: () => void;
  readonly say: (text: string) => void;
}

export interface Supervised {
  start(): void;
  /** Ends the process and starts it anew, for example because its environment changed. */
  restart(): void;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const MINUTE_MS = 60_000;

export function supervise(options: ChildOptions): Supervised {
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarting = false;
  let deaths: number[] = [];

  async function startAgain(): Promise<void> {
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < MINUTE_MS), now];
    if (deaths.length >= options.maxDeaths) {
      options.onGivenUp?.();
      return;
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths.length - 1));
    options.say(`${options.name} ended; starting it again in ${pause / 1000} s`);
    await sleep(pause);
    if (!stopping) start();
  }

  function start(): void {
    const started = fork(options.entry, [], {
      env: options.env(),
      execArgv: [...(options.execArgv ?? [])],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Ctrl-C reaches the whole process group; the supervisor alone decides who ends when.
      detached: true,
    });
    child = started;
    if (options.onMessage) started.on('message', options.onMessage);
    started.on('error', (error) => options.say(`${options.name} could not be started: ${error.message}`));
    started.once('exit', () => {
      child = undefined;
      if (stopping) return;
      if (restarting) {
        restarting = false;
        start();
      } else void startAgain();
    });
  }

  return {
    start,
    restart() {
      if (!child) return;
      restarting = true;
      child.kill('SIGTERM');
    },
    async stop(graceMs) {
      stopping = true;
      const ending = child;
      if (!ending) return;
      const gone = new Promise<void>((resolve) => {
        ending.once('exit', () => resolve());
      });
      ending.kill('SIGTERM');
      const timer = setTimeout(() => ending.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
