/** A thread that plays portions of histories as they are asked for. */
import { parentPort } from 'node:worker_threads';
import { tally } from './tally.ts';

parentPort?.on('message', (range: Parameters<typeof tally>[0]) => parentPort?.postMessage(tally(range)));
