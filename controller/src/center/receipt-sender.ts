/** Sends receipts together: each second, or as soon as 500 samples of a station wait for one. */
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
  samples: number;
  readonly boots: Map<string, number>;
}

const encoder = new TextEncoder();

export function receiptSender(link: () => StationLink | undefined): ReceiptSender {
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;

  const send = (station: string, boot: string, seq: number): void => {
    link()?.send(station, 'receipt', encoder.encode(JSON.stringify({ v: 1, boot, seq })));
  };

  function flush(station: string, due: Waiting): void {
    waiting.delete(station);
    for (const [boot, seq] of due.boots) send(station, boot, seq);
  }

  return {
    add(station, { boot, seq, samples }) {
      let due = waiting.get(station);
      if (!due) {
        due = { samples: 0, boots: new Map() };
        waiting.set(station, due);
      }
      due.boots.set(boot, seq);
      due.samples += samples;
      if (due.samples >= MAX_SAMPLES) flush(station, due);
    },
    repeat(station, marks) {
      for (const { boot, seq } of receiptsOf(marks, station)) send(station, boot, seq);
    },
    start() {
      timer ??= setInterval(() => {
        for (const [station, due] of waiting) flush(station, due);
      }, RECEIPT_EVERY_MS);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      for (const [station, due] of waiting) flush(station, due);
    },
  };
}
