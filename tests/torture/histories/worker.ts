/** A thread that plays portions of histories as they are asked for. */
import { parentPort } from 'node:worker_threads';
import { tally } from './tally.ts';

// Refusals are errors in the center's API: nobody reads where they come from.
Error.stackTraceLimit = 0;

parentPort?.on('message', (range: Parameters<typeof tally>[0]) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(tally(range));
});
