/** One replay: registers the station, publishes as a station would, waits for receipts, asks what history holds. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { callApi, registerNew, type ApiOptions } from '../fleet/register.ts';
import { Secrets } from '../fleet/secrets.ts';
import type { Mapping } from './mapping.ts';
import { Playing } from './playing.ts';
import { readRecording, type Recording, type RecordedSample } from './rows.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly station: string;
  readonly mapping: Mapping;
  readonly api: string;
  readonly token: () => string;
  readonly mqtt: string;
  /** Folder for the station's secret. */
  readonly folder: string;
  /** Times as recorded, or moved so that the recording ends (paced: begins) now. */
  readonly at: 'original' | 'now';
  /** Recorded seconds in a second; `max` = as fast as receipts come. */
  readonly speed: number | 'max';
  readonly onProgress?: (done: { settled: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

export interface HistoryCount {
  readonly samples: number;
  readonly readings: number;
  readonly from: number | null;
  readonly to: number | null;
}

export interface ReplayResult extends Omit<Recording, 'samples' | 'hash'> {
  /** Samples published at least once in this run; none where the center had them all. */
  readonly sent: number;
  readonly confirmed: number;
  readonly history: HistoryCount;
  /** Samples that history should hold. */
  readonly expected: number;
}

const NO_PROGRESS_MS = 120_000;
const POLL_MS = 500;
const SETTLED_POLLS = 20;
const countSchema = z.looseObject({
  samples: z.int(),
  readings: z.int(),
  from: z.number().nullable(),
  to: z.number().nullable(),
});

async function historyCount(api: ApiOptions, station: string): Promise<HistoryCount> {
  return countSchema.parse(
    await callApi(api, { method: 'GET', path: `/api/v1/stations/${station}/history/count` }),
  );
}

/** Asks until the number is as expected or has stood still for ten seconds. */
async function settledCount(api: ApiOptions, station: string, expected: number): Promise<HistoryCount> {
  let still = 0;
  let count = await historyCount(api, station);
  while (count.samples !== expected && still < SETTLED_POLLS) {
    await sleep(POLL_MS);
    const next = await historyCount(api, station);
    still = next.samples === count.samples ? still + 1 : 0;
    count = next;
  }
  return count;
}

interface Timed {
  readonly samples: readonly RecordedSample[];
  /** When each is due, ms after the start; all at once when not paced. */
  readonly due_ms: (index: number) => number;
  readonly boot: string;
}

/** Gives samples their times and the boot its id: the same file read the same way is the same boot. */
function timed(recording: Recording, options: ReplayOptions, now: number): Timed {
  const { at, speed, mapping } = options;
  const first = recording.samples[0]?.at ?? now;
  const last = recording.samples.at(-1)?.at ?? now;
  const paced = speed !== 'max';
  const moved = (sample: RecordedSample): number => {
    if (at === 'original') return sample.at;
    return paced ? Math.round(now + (sample.at - first) / speed) : sample.at + now - last;
  };
  const historical = at === 'original' || !paced;
  const identity = JSON.stringify([recording.hash, mapping, at === 'original' ? 0 : now, historical]);
  return {
    boot: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    due_ms: (index) => (paced ? ((recording.samples[index]?.at ?? first) - first) / speed : 0),
    samples: recording.samples.map((sample) => ({
      ...sample,
      at: moved(sample),
      ...(historical ? { historical } : {}),
    })),
  };
}

/** Feeds samples as they fall due and waits until receipts cover them all. */
async function played(playing: Playing, timing: Timed, options: ReplayOptions): Promise<void> {
  const { samples, due_ms } = timing;
  const start = performance.now();
  let next = 0;
  let settled = 0;
  let moved_ms = start;
  const feed = (now: number): void => {
    const from = next;
    while (next < samples.length && due_ms(next) <= now - start) next += 1;
    if (next > from) playing.outbox.append(samples.slice(from, next));
  };
  // Before the first receipts come: they settle only what is there.
  feed(start);
  playing.link.start();
  for (;;) {
    options.signal?.throwIfAborted();
    if (playing.refused !== undefined) {
      throw new Error(
        `The broker refused the login of ${options.station}: ${playing.refused}. Choose another id.`,
      );
    }
    const now = performance.now();
    feed(now);
    playing.pump();
    const confirmed = next - playing.outbox.unsettled;
    if (confirmed > settled || playing.outbox.unsettled === 0) moved_ms = now;
    settled = confirmed;
    options.onProgress?.({ settled, total: samples.length });
    if (next === samples.length && playing.outbox.unsettled === 0) return;
    if (now - moved_ms > NO_PROGRESS_MS) {
      const soFar = `${settled} of ${samples.length} samples are confirmed`;
      throw new Error(
        `No receipt for two minutes; ${soFar}. Run the same command again: what the center has is not sent twice.`,
      );
    }
    await sleep(50);
  }
}

/** Replays a file against a running center. Throws when the center cannot be used or receipts stay away. */
export async function replayFile(options: ReplayOptions): Promise<ReplayResult> {
  const { station, mapping, at } = options;
  const { samples, hash, ...counts } = await readRecording(options.file, mapping);
  const timing = timed({ samples, hash, ...counts }, options, Date.now());
  const api: ApiOptions = { api: options.api, token: options.token, signal: options.signal };
  const secrets = new Secrets(resolve(options.folder, 'replay-secrets.json'));
  const body = {
    id: station,
    name: { en: station, zh: station },
    control: 'observe',
    every_s: mapping.every_s,
    circuits: mapping.circuits,
  };
  const fresh = await registerNew(api, body);
  if (fresh !== undefined) secrets.set(station, fresh);
  const secret = secrets.get(station);
  if (secret === undefined) {
    // Another secret would lock out whoever has the present one.
    throw new Error(
      `The station ${station} is known and is not one that was replayed from here. Choose another id.`,
    );
  }
  const before = at === 'now' ? (await historyCount(api, station)).samples : 0;
  const playing = new Playing({ station, secret, mqtt: options.mqtt, boot: timing.boot });
  try {
    await played(playing, timing, options);
  } finally {
    await playing.stop();
  }
  const confirmed = samples.length;
  const expected = before + confirmed;
  const history = await settledCount(api, station, expected);
  return { ...counts, sent: playing.sent, confirmed, expected, history };
}
