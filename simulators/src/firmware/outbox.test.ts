import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { MAX_IN_FLIGHT, Outbox } from './outbox.ts';
import { Store } from './store.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  store = new Store(join(folder, 'stations.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const AT = 1_795_305_600_000;
const samples = (count: number, from = 0): object[] =>
  Array.from({ length: count }, (_, index) => ({ at: AT + from + index, outdoor_c: index }));

const outboxOf = (boot = 'b1', capacity = 10_000): Outbox =>
  new Outbox({ store, station: 's', boot, capacity });

/** Everything that it would send now, as the center decodes it. */
function sent(
  outbox: Outbox,
  mono_ms = 0,
): { boot: string | undefined; seqs: number[]; oldest: number | undefined }[] {
  const messages = [];
  for (let message = outbox.next(mono_ms); message; message = outbox.next(mono_ms)) {
    const decoded = decodeTelemetry(new TextEncoder().encode(message.text));
    if (!decoded.ok) throw new Error(decoded.code);
    const { boot, oldest, samples: found } = decoded.telemetry;
    messages.push({ boot, oldest, seqs: found.map(({ seq }) => seq ?? -1) });
    outbox.landed(1);
  }
  return messages;
}

describe('outbox', () => {
  it('sends each sample once, in order, and again after a connect until the receipt', () => {
    const outbox = outboxOf();
    outbox.connected(0);
    outbox.append(samples(2));
    expect(sent(outbox)).toEqual([{ boot: 'b1', oldest: undefined, seqs: [1, 2] }]);
    outbox.append(samples(1, 5));
    expect(sent(outbox)).toEqual([{ boot: 'b1', oldest: undefined, seqs: [3] }]);
    outbox.settled('b1', 1, 0);
    outbox.connected(0);
    expect(sent(outbox)[0]?.seqs).toEqual([2, 3]);
    outbox.settled('b1', 3, 0);
    outbox.connected(0);
    expect(sent(outbox)).toEqual([]);
    expect(store.count('s')).toBe(0);
  });

  it('sends again when receipts stand still for 30 s, and not while they move', () => {
    const outbox = outboxOf();
    outbox.connected(0);
    outbox.append(samples(3));
    sent(outbox);
    outbox.settled('b1', 1, 20_000);
    expect(sent(outbox, 49_999)).toEqual([]);
    expect(sent(outbox, 50_000)[0]?.seqs).toEqual([2, 3]);
    expect(sent(outbox, 60_000)).toEqual([]);
  });

  it('keeps what a kill left, under its own boot, after the new one', () => {
    const before = outboxOf('b1');
    before.append(samples(3));
    before.settled('b1', 1, 0);
    // No close, no goodbye: another process opens the same file.
    const again = new Store(join(folder, 'stations.sqlite'));
    const outbox = new Outbox({ store: again, station: 's', boot: 'b2' });
    outbox.append(samples(1, 10));
    outbox.connected(0);
    expect(sent(outbox).map(({ boot, seqs }) => [boot, seqs])).toEqual([
      ['b2', [1]],
      ['b1', [2, 3]],
    ]);
    outbox.settled('b1', 3, 0);
    expect(again.boots('s').map(({ boot }) => boot)).toEqual(['b2']);
    again.close();
  });

  it('drops the oldest when full and then says which is the oldest', () => {
    const outbox = outboxOf('b1', 5);
    outbox.connected(0);
    outbox.append(samples(8));
    expect(sent(outbox)).toEqual([{ boot: 'b1', oldest: 4, seqs: [4, 5, 6, 7, 8] }]);
    expect(outbox.unsettled).toBe(5);
    outbox.settled('b1', 8, 0);
    outbox.append(samples(1, 20));
    expect(sent(outbox)).toEqual([{ boot: 'b1', oldest: undefined, seqs: [9] }]);
  });

  it('is bounded over all boots, the oldest first; the newest of each stays to tell of the gap', () => {
    outboxOf('b1', 5).append(samples(4));
    outboxOf('b2', 5).append(samples(3, 10));
    const outbox = outboxOf('b3', 5);
    outbox.append(samples(3, 20));
    expect(outbox.unsettled).toBe(5);
    expect(store.count('s')).toBe(5);
    outbox.connected(0);
    expect(sent(outbox)).toEqual([
      { boot: 'b3', oldest: undefined, seqs: [1, 2, 3] },
      { boot: 'b1', oldest: 4, seqs: [4] },
      { boot: 'b2', oldest: 3, seqs: [3] },
    ]);
  });

  it('marks what was measured long before the connection as historical, once', () => {
    const outbox = outboxOf();
    const marked = { at: AT + 30_000, historical: true };
    outbox.append([{ at: AT }, marked, { at: AT + 31_000 }]);
    outbox.connected(0, AT + 60_500);
    const { text } = outbox.next(0) ?? { text: '' };
    expect(text.match(/"historical":true/g)).toHaveLength(2);
    const decoded = decodeTelemetry(new TextEncoder().encode(text));
    expect(decoded.ok && decoded.telemetry.samples.map(({ historical }) => historical)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('has no more than 64 messages in flight, and counts none of an earlier connection', () => {
    const outbox = outboxOf();
    const first = outbox.connected(0);
    for (let index = 0; index < 100; index += 1) {
      outbox.append(samples(1, index));
      outbox.next(0);
    }
    expect(outbox.next(0)).toBeUndefined();
    outbox.landed(first);
    expect(outbox.next(0)).toBeDefined();
    outbox.connected(0);
    for (let index = 0; index < MAX_IN_FLIGHT; index += 1) outbox.landed(first);
    expect(outbox.next(0)).toMatchObject({ first: 1, last: 100 });
  });

  it('never makes a message longer than the center takes', () => {
    const outbox = outboxOf();
    outbox.connected(0);
    outbox.append(samples(300).map((sample) => ({ ...sample, note: 'x'.repeat(1000) })));
    const sizes: number[] = [];
    for (let message = outbox.next(0); message; message = outbox.next(0)) sizes.push(message.text.length);
    expect(Math.max(...sizes)).toBeLessThan(65_536);
    expect(sizes.length).toBeGreaterThan(5);
  });

  it('fills in history under a boot of its own, a window at a time', () => {
    const outbox = outboxOf('live');
    outbox.connected(0);
    outbox.append(samples(2000), 'history');
    outbox.append(samples(1, 9000));
    const first = sent(outbox);
    expect(first[0]).toMatchObject({ boot: 'live', seqs: [1] });
    expect(first.slice(1).flatMap(({ seqs }) => seqs)).toHaveLength(1200);
    outbox.settled('history', 1200, 0);
    expect(sent(outbox).flatMap(({ seqs }) => seqs)).toHaveLength(800);
    outbox.settled('history', 2000, 0);
    expect(store.boots('s').map(({ boot }) => boot)).toEqual(['live']);
  });
});
