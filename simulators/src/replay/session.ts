/** One replay: registers the station, publishes as a station would, waits for receipts, asks what history holds. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '@heat-center/contract/topics.ts';
import { receiptSchema } from '@heat-center/contract/messages.ts';
import { z } from 'zod';
import { MqttLink } from '../firmware/mqtt-link.ts';
import { Outbox } from '../firmware/outbox.ts';
import { Store } from '../firmware/store.ts';
import { callApi, register, rotateSecret, type ApiOptions } from '../fleet/register.ts';
import { Secrets } from '../fleet/secrets.ts';
import type { Mapping } from './mapping.ts';
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
/** The center repeats its receipts at each subscribe: what it has need not be sent again. */
const RECEIPTS_FIRST_MS = 400;

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

const utf8 = new TextDecoder();

/** The connection of a replayed station; everything waits in an outbox in memory, since the file itself is on disk. */
class Playing {
  readonly outbox: Outbox;
  readonly link: MqttLink;
  readonly #store = new Store(':memory:');
  readonly #station: string;
  #connection = 0;
  #open = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReplayOptions, login: { boot: string; secrets: Secrets; onRefused: () => void }) {
    const { station } = options;
    this.#station = station;
    this.outbox = new Outbox({
      store: this.#store,
      station,
      boot: login.boot,
      capacity: Number.MAX_SAFE_INTEGER,
    });
    this.link = new MqttLink({
      url: options.mqtt,
      id: station,
      secret: () => login.secrets.get(station) ?? '',
      will: { topic: topicOf(station, 'status'), payload: () => this.#status('offline') },
      subscriptions: [topicOf(station, 'receipt')],
      random: Math.random,
      onConnect: () => this.#onConnect(),
      onClose: () => {
        this.#open = false;
      },
      onMessage: (_, payload) => this.#onReceipt(payload),
      onRefused: login.onRefused,
    });
  }

  /** Samples published on this or an earlier connection. */
  sent = 0;

  #status(state: 'online' | 'offline'): string {
    // A recording follows nothing but itself: the center sends nothing to a local station.
    return JSON.stringify({ v: 1, state, boot: this.outbox.boot, at: Date.now(), mode: 'local' });
  }

  #onConnect(): void {
    this.#connection = this.outbox.connected(performance.now());
    this.link.publish({
      topic: topicOf(this.#station, 'status'),
      payload: this.#status('online'),
      retain: true,
    });
    this.#timer = setTimeout(() => {
      this.#open = true;
      this.pump();
    }, RECEIPTS_FIRST_MS);
  }

  #onReceipt(payload: Uint8Array): void {
    let message: unknown;
    try {
      message = JSON.parse(utf8.decode(payload));
    } catch {
      return;
    }
    const receipt = receiptSchema.safeParse(message);
    if (receipt.success) this.outbox.settled(receipt.data.boot, receipt.data.seq, performance.now());
    this.pump();
  }

  pump(): void {
    if (!this.#open) return;
    const connection = this.#connection;
    for (;;) {
      const message = this.outbox.next(performance.now());
      if (!message) return;
      this.sent += message.samples;
      this.link.publish({ topic: topicOf(this.#station, 'telemetry'), payload: message.text }, () => {
        this.outbox.landed(connection);
        if (connection === this.#connection) this.pump();
      });
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.link.stop({
      topic: topicOf(this.#station, 'status'),
      payload: this.#status('offline'),
      retain: true,
    });
    this.#store.close();
  }
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
  const { secret, fresh } = await register(api, body, secrets.get(station));
  if (fresh) secrets.set(station, secret);
  const before = at === 'now' ? (await historyCount(api, station)).samples : 0;
  let rotated = false;
  const playing = new Playing(options, {
    boot: timing.boot,
    secrets,
    onRefused: () => {
      if (rotated) return;
      rotated = true;
      rotateSecret(api, station).then(
        (another) => secrets.set(station, another),
        () => undefined,
      );
    },
  });
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
