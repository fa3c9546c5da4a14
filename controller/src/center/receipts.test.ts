import type { Telemetry } from '@heat-center/contract/decode.ts';
import { describe, expect, it } from 'vitest';
import { markSession, markTelemetry, receiptsOf, type Marks } from './receipts.ts';

const telemetry = (seqs: number[], more: Partial<Telemetry> = {}): { telemetry: Telemetry; at: number } => ({
  at: 5,
  telemetry: {
    boot: 'b1',
    samples: seqs.map((seq) => ({
      at: 1_795_305_600_000 + seq,
      boot: 'b1',
      seq,
      historical: false,
      simulated: false,
      readings: [],
      faults: [],
    })),
    refused: [],
    unknown: [],
    ...more,
  },
});

describe('receipts', () => {
  it('rise with contiguous samples and repeat for samples seen before', () => {
    const marks: Marks = new Map();
    expect(markTelemetry(marks, 's', telemetry([1]))).toEqual({ kind: 'settled', boot: 'b1', seq: 1 });
    expect(markTelemetry(marks, 's', telemetry([2, 3, 4]))).toMatchObject({ seq: 4 });
    expect(markTelemetry(marks, 's', telemetry([2]))).toMatchObject({ kind: 'settled', seq: 4 });
    expect(receiptsOf(marks, 's')).toEqual([{ boot: 'b1', seq: 4 }]);
  });

  it('wait for a hole until it is filled', () => {
    const marks: Marks = new Map();
    markTelemetry(marks, 's', telemetry([1]));
    expect(markTelemetry(marks, 's', telemetry([3]))).toEqual({ kind: 'waiting', boot: 'b1', seq: 1 });
    expect(markTelemetry(marks, 's', telemetry([2, 3]))).toEqual({ kind: 'settled', boot: 'b1', seq: 3 });
  });

  it('pass over a hole that a new session does not fill, and record it', () => {
    const marks: Marks = new Map();
    markTelemetry(marks, 's', telemetry([1]));
    markSession(marks, 's');
    expect(markTelemetry(marks, 's', telemetry([5]))).toEqual({
      kind: 'settled',
      boot: 'b1',
      seq: 5,
      gap: { station: 's', boot: 'b1', from_seq: 2, to_seq: 4, at: 5 },
    });
    expect(markTelemetry(marks, 's', telemetry([7]))).toMatchObject({ kind: 'waiting', seq: 5 });
  });

  it('pass over what the station says it no longer has', () => {
    const marks: Marks = new Map();
    markTelemetry(marks, 's', telemetry([1, 2]));
    expect(markTelemetry(marks, 's', telemetry([100], { oldest: 100 }))).toMatchObject({
      kind: 'settled',
      seq: 100,
      gap: { from_seq: 3, to_seq: 99 },
    });
    expect(markTelemetry(marks, 's', telemetry([101], { oldest: 100 }))).toEqual({
      kind: 'settled',
      boot: 'b1',
      seq: 101,
    });
  });

  it('begin where an unknown boot begins, and count refused samples as settled', () => {
    const marks: Marks = new Map();
    const message = telemetry([42], { refused: [{ code: 'no_time', index: 1, seq: 43 }] });
    expect(markTelemetry(marks, 's', message)).toEqual({ kind: 'settled', boot: 'b1', seq: 43 });
    expect(markTelemetry(marks, 's', telemetry([], { boot: undefined as never }))).toEqual({ kind: 'none' });
  });

  it('count what a boot lost before it was ever heard', () => {
    const marks: Marks = new Map();
    const message = telemetry([5, 6], { oldest: 5 });
    const gap = { station: 's', boot: 'b1', from_seq: 1, to_seq: 4, at: expect.any(Number) as number };
    expect(markTelemetry(marks, 's', message)).toEqual({ kind: 'settled', boot: 'b1', seq: 6, gap });
    expect(markTelemetry(marks, 's', message)).toEqual({ kind: 'settled', boot: 'b1', seq: 6 });
  });

  it('remember a bounded number of boots', () => {
    const marks: Marks = new Map();
    for (let n = 0; n < 40; n += 1) markTelemetry(marks, 's', telemetry([1], { boot: `boot-${n}` }));
    expect(receiptsOf(marks, 's').length).toBe(16);
    expect(receiptsOf(marks, 's').at(-1)).toEqual({ boot: 'boot-39', seq: 1 });
  });
});
