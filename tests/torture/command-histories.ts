/** A million lives of a station under a bad network: what it obeys is judged from outside. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { added, crimesIn, NOTHING, tally, type Tally } from './histories/tally.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const FULL = 1_000_000;
const QUICK = 1200;
const RECKLESS = 150;
const WORKERS = 2;
const PORTION = 500;
/** Crimes that a station which forgets every check must be found guilty of, or the judge sleeps. */
const MUST_BE_SEEN = [
  'expired',
  'replayed',
  'out_of_limits',
  'off_the_ramp',
  'unselected',
  'wrong_epoch',
  'silence',
];
/** What must have happened for the histories to say anything. */
const MUST_HAPPEN = [
  'took setpoints',
  'took fallback',
  'took select',
  'took operate',
  'took cancel',
  'took release',
  'followed',
  'stood still',
  'refused stale',
  'refused replayed',
  'refused wrong_epoch',
  'refused out_of_range',
  'refused not_selected',
  'refused not_accepted',
  'refused local_mode',
  'refused interlock',
];

async function played({ seed, say }: Given, histories: number): Promise<Tally> {
  let total = NOTHING;
  let next = 0;
  const worker = async (): Promise<void> => {
    const thread = new Worker(new URL('histories/worker.ts', import.meta.url));
    const failed = once(thread, 'error').then(([error]) => Promise.reject(error as Error));
    while (next < histories) {
      const from = next;
      next = Math.min(histories, next + PORTION);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.postMessage({ seed: String(seed), from, to: next });
      const [part]: [Tally] = await Promise.race([once(thread, 'message') as Promise<[Tally]>, failed]);
      total = added(total, part);
      for (const words of part.told) say(words);
      if (Math.floor(total.histories / 50_000) > Math.floor((total.histories - part.histories) / 50_000))
        say(`${total.histories} histories, ${crimesIn(total)} unsafe`);
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return total;
}

async function run(given: Given): Promise<Outcome> {
  const reckless = tally({ seed: `reckless-${given.seed}`, from: 0, to: RECKLESS, reckless: true });
  const unseen = MUST_BE_SEEN.filter((crime) => (reckless.crimes[crime] ?? 0) === 0);
  const started = performance.now();
  const total = await played(given, given.quick ? QUICK : FULL);
  const rate = Math.round(total.histories / ((performance.now() - started) / 1000));
  const missing = MUST_HAPPEN.filter((what) => (total.seen[what] ?? 0) === 0);
  const figures =
    `${total.histories} histories (${rate}/s), ${total.commands} commands sent, ` +
    `${total.seen['accepted'] ?? 0} accepted answers, ${crimesIn(total)} unsafe applications, ` +
    `${total.late} commands not final 2 s after their end` +
    (unseen.length > 0 ? `; the judge overlooked ${unseen.join(', ')} of a reckless station` : '') +
    (missing.length > 0 ? `; never happened: ${missing.join(', ')}` : '');
  const kept = crimesIn(total) === 0 && total.late === 0 && unseen.length === 0 && missing.length === 0;
  return { state: kept ? 'kept' : 'broken', figures };
}

export const commandHistories: Scenario = {
  name: 'command-histories',
  promise: 'No command is obeyed late, twice, out of limits or ramp, unselected or from a wrong epoch',
  run,
};
