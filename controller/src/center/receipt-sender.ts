/**
 * Sends receipts together: one in about a second, or as soon as 500 samples of a station wait for it. A receipt that
 * is due leaves with the PUBACK of the sample that made it due, in one write to the socket.
 */
import { MAX_SAMPLES, RECEIPT_EVERY_MS } from '@heat-center/contract/limits.ts';
import type { StationLink } from '../ports.ts';
import { receiptsOf, type Marks } from './receipts.ts';

export interface ReceiptSender {
  /** The mark of a boot stands at `seq` after `samples` more; said again even where it did not rise. */
  add(station: string, mark: { readonly boot: string; readonly seq: number; readonly samples: number }): void;
  /** All marks of a station, after it subscribed. */
  repeat(station: string, marks: Marks): void;
  start(): void;
  stop(): void;
}

interface Waiting {
  /** Since the last receipt. */
  samples: number;
  /** Monotonic, ms. */
  sentAt: number;
  /** Since when the oldest of them waits; undefined when none does. */
  since: number | undefined;
  readonly boots: Map<string, number>;
}

/** A station that measures each second varies a little: its receipt leaves with the sample that nearly made it due. */
const DUE_MS = 0.9 * RECEIPT_EVERY_MS;
const SWEEP_MS = RECEIPT_EVERY_MS / 4;
/** Stations that send nothing for so long are forgotten, ms. */
const FORGET_MS = 60 * RECEIPT_EVERY_MS;

const encoder = new TextEncoder();

export function receiptSender(
  link: () => StationLink | undefined,
  now: () => number = () => performance.now(),
): ReceiptSender {
  const stations = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;

  const send = (station: string, boot: string, seq: number): void => {
    link()?.send(station, 'receipt', encoder.encode(JSON.stringify({ v: 1, boot, seq })));
  };

  function flush(station: string, waiting: Waiting, at: number): void {
    for (const [boot, seq] of waiting.boots) send(station, boot, seq);
    waiting.boots.clear();
    waiting.samples = 0;
    waiting.since = undefined;
    waiting.sentAt = at;
  }

  function waitingOf(station: string): Waiting {
    const known = stations.get(station);
    if (known) return known;
    const made: Waiting = { samples: 0, sentAt: -Infinity, since: undefined, boots: new Map() };
    stations.set(station, made);
    return made;
  }

  function sweep(): void {
    const at = now();
    for (const [station, waiting] of stations) {
      if (waiting.since !== undefined && at - waiting.since >= DUE_MS) flush(station, waiting, at);
      else if (waiting.since === undefined && at - waiting.sentAt > FORGET_MS) stations.delete(station);
    }
  }

  return {
    add(station, { boot, seq, samples }) {
      const waiting = waitingOf(station);
      const at = now();
      waiting.boots.set(boot, seq);
      waiting.samples += samples;
      waiting.since ??= at;
      if (waiting.samples >= MAX_SAMPLES || at - waiting.sentAt >= DUE_MS) flush(station, waiting, at);
    },
    repeat(station, marks) {
      for (const { boot, seq } of receiptsOf(marks, station)) send(station, boot, seq);
    },
    start() {
      timer ??= setInterval(sweep, SWEEP_MS);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      for (const [station, waiting] of stations) flush(station, waiting, now());
    },
  };
}
