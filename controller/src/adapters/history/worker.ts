/** The history thread: stores, their writers, and answers. Started by `history-worker-client.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { HeatError } from '@heat-center/contract/errors.ts';
import { createJournalReader, type ClosableJournalReader } from '../journal/reader.ts';
import type { History } from '../../ports.ts';
import { answersOf, lagOf, openStores, type Stores, type Writers } from './stores.ts';
import type { FromWorker, HistoryWorkerData, ToWorker } from './protocol.ts';
import { HistoryWriter, type HistoryLog } from './writer.ts';

const LAG_EVERY_MS = 1000;
const COMPACT_EVERY_MS = 600_000;
const FIRST_COMPACT_MS = 60_000;
const DRAIN_MS = 3000;

const data: HistoryWorkerData = workerData;
if (!parentPort) throw new Error('worker.ts runs as a worker thread only');
const port = parentPort;
const post = (message: FromWorker): void => port.postMessage(message);
const log: HistoryLog = (level, fields, message) => post({ type: 'log', level, fields, message });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const stores = await openStores(data).catch((cause: unknown) => {
  const { message, remedy } = new HeatError(
    'history_damaged',
    `${data.file} cannot be opened: ${reasonOf(cause)}`,
  );
  throw new Error(`${message} ${remedy}`, { cause });
});
const readers: ClosableJournalReader[] = [];
const writers = await startWriters(stores);
const answers = answersOf(stores, writers);
const all = writers.influx ? [writers.embedded, writers.influx] : [writers.embedded];
let closing = false;

async function writerFor(history: History): Promise<HistoryWriter> {
  const journal = createJournalReader({ dir: data.journalDir });
  readers.push(journal);
  return HistoryWriter.start({
    journal,
    history,
    liveFirst: history.source === 'influx',
    now: Date.now,
    log,
    onOutcome({ conflicts, setAside }) {
      const [first] = setAside;
      if (first) {
        const fields = { lines: setAside.length, reason: first.reason };
        log('warn', fields, 'InfluxDB refused lines; they are set aside');
      }
      // InfluxDB overwrites unasked; the embedded store knows.
      if (history.source !== 'embedded') return;
      for (const [station, count] of conflicts) post({ type: 'conflicts', station, conflicts: count });
    },
  });
}

async function startWriters({ embedded, influx }: Stores): Promise<Writers> {
  return { embedded: await writerFor(embedded), influx: influx && (await writerFor(influx)) };
}

async function answer(message: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
  const { id } = message;
  try {
    if (message.question === 'query') {
      post({ type: 'answer', id, question: 'query', answer: await answers.query(message.argument) });
    } else if (message.question === 'setpoints') {
      post({ type: 'answer', id, question: 'setpoints', answer: await answers.setpoints(message.argument) });
    } else if (message.question === 'count') {
      post({ type: 'answer', id, question: 'count', answer: await answers.count(message.argument) });
    } else if (message.question === 'pin') {
      post({ type: 'answer', id, question: 'pin', answer: await answers.pin(message.argument) });
    } else {
      post({ type: 'answer', id, question: 'unpin', answer: await answers.unpin(message.argument) });
    }
  } catch (error) {
    post({ type: 'refusal', id, message: reasonOf(error) });
  }
}

let compacting: Promise<void> | undefined;
async function compact(): Promise<void> {
  const began = Date.now();
  try {
    const slices = await stores.embedded.compact(began, () => !closing);
    if (slices > 0) log('info', { slices, took_ms: Date.now() - began }, 'history closed past days');
  } catch (error) {
    log('warn', { error: reasonOf(error) }, 'history could not close past days; it tries again');
  }
  compacting = undefined;
}

function compactOnce(): void {
  compacting ??= compact();
}

const timers = [
  setInterval(() => post({ type: 'lag', lag: lagOf(writers) }), LAG_EVERY_MS),
  setTimeout(compactOnce, FIRST_COMPACT_MS),
  setInterval(compactOnce, COMPACT_EVERY_MS),
];

async function close(): Promise<void> {
  closing = true;
  for (const timer of timers) clearTimeout(timer);
  await Promise.all(all.map((writer) => writer.stop(DRAIN_MS)));
  await compacting;
  await Promise.all(readers.map((reader) => reader.close()));
  await stores.embedded.close();
  await stores.influx?.close();
  port.close();
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'durable') for (const writer of all) writer.durable(message.position);
  else if (message.type === 'ask') void answer(message);
  else void close();
});
post({ type: 'lag', lag: lagOf(writers) });

// A broken store ends the thread, and the client starts another; the file must be free for it by then.
try {
  await Promise.all(all.map((writer) => writer.ended));
} catch (error) {
  await stores.embedded.close();
  throw error;
}
