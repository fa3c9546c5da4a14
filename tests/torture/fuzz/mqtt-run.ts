/** Drives threads of `mqtt-worker.ts`, and makes what broke as small as it can. */
import { Worker } from 'node:worker_threads';
import { shrink, type Cases } from './case-file.ts';

export interface MqttWork {
  readonly seed: number;
  /** How many packets; 0 with `replay`. */
  readonly cases: number;
  readonly replay?: readonly (readonly Uint8Array[])[];
}

export type MqttWorkerMessage =
  | { readonly kind: 'progress' | 'done'; readonly cases: number; readonly slowest_s: number }
  | {
      readonly kind: 'fault';
      readonly fault: string;
      readonly connections: readonly (readonly Uint8Array[])[];
    };

export interface MqttResult {
  readonly cases: number;
  /** Processor time of the slowest step (up to 32 packets), s. */
  readonly slowest_s: number;
  readonly broken: Cases | undefined;
}

const THREADS = 2;

interface Ran {
  readonly cases: number;
  readonly slowest_s: number;
  readonly fault?: string;
  readonly connections?: Cases['connections'];
}

function runThread(
  work: MqttWork,
  progress: (cases: number) => void,
): { ended: Promise<Ran>; stop: () => void } {
  const worker = new Worker(new URL('./mqtt-worker.ts', import.meta.url), {
    workerData: work,
    name: 'fuzz',
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
  const ended = new Promise<Ran>((resolve) => {
    let last = { cases: 0, slowest_s: 0 };
    worker.on('message', (message: MqttWorkerMessage) => {
      if (message.kind === 'fault') {
        const connections = message.connections.map((chunks) => chunks.map((chunk) => Buffer.from(chunk)));
        resolve({ ...last, fault: message.fault, connections });
        return;
      }
      last = message;
      progress(message.cases);
      if (message.kind === 'done') resolve(last);
    });
    worker.once('error', (error) => resolve({ ...last, fault: `the thread died: ${String(error)}` }));
    worker.once('exit', (code) => resolve({ ...last, fault: `the thread ended with ${code}` }));
  }).finally(() => void worker.terminate());
  return { ended, stop: () => void worker.terminate() };
}

/** Plays the cases in a center of their own; the fault, if there is one. */
export async function replayMqtt(connections: Cases['connections']): Promise<string | undefined> {
  const { fault } = await runThread({ seed: 0, cases: 0, replay: connections }, () => undefined).ended;
  return fault;
}

export async function fuzzMqtt(given: {
  seed: number;
  cases: number;
  say: (line: string) => void;
}): Promise<MqttResult> {
  const { seed, cases, say } = given;
  const threads = cases < 200_000 ? 1 : THREADS;
  const done = Array.from({ length: threads }, () => 0);
  let said = 0;
  const runs = done.map((_, thread) => {
    // Far apart, so that no two threads make the same connections.
    const own = (seed + thread * 1_000_000_007) >>> 0;
    say(`MQTT thread ${thread}: seed ${own}`);
    const work = { seed: own, cases: Math.ceil(cases / threads) };
    const run = runThread(work, (count) => {
      done[thread] = count;
      const sum = done.reduce((total, each) => total + each, 0);
      if (sum - said < 500_000) return;
      said = sum;
      say(`${(sum / 1e6).toFixed(1)} million MQTT cases`);
    });
    return { ...run, own };
  });
  const first = await Promise.race([
    ...runs.map(async ({ ended, own }) => ({ ...(await ended), own })).map(neverUnlessBroken),
    Promise.all(runs.map(({ ended }) => ended)).then(() => undefined),
  ]);
  if (first) for (const { stop } of runs) stop();
  const ran = first ? [first] : await Promise.all(runs.map(({ ended }) => ended));
  return {
    cases: first
      ? done.reduce((total, each) => total + each, 0)
      : ran.reduce((total, each) => total + each.cases, 0),
    slowest_s: Math.max(...ran.map(({ slowest_s }) => slowest_s)),
    broken: first ? await broken(first, say) : undefined,
  };
}

async function neverUnlessBroken<T extends Ran>(run: Promise<T>): Promise<T> {
  const ran = await run;
  return ran.fault === undefined ? new Promise<T>(() => undefined) : ran;
}

async function broken(ran: Ran & { own: number }, say: (line: string) => void): Promise<Cases> {
  const { fault = '', connections = [], own } = ran;
  say(`${fault.split('\n')[0]}; making the case smaller`);
  const again = await replayMqtt(connections);
  const kept = again === undefined ? connections : await shrink(connections, stillBroken, 60);
  const note = again === undefined ? ' (did not happen again when replayed)' : '';
  return { kind: 'mqtt', seed: own, fault: fault + note, connections: kept };
}

const stillBroken = async (connections: Cases['connections']): Promise<boolean> =>
  (await replayMqtt(connections)) !== undefined;
