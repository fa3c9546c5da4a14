import { expect, it } from 'vitest';
import { clearRecords, createRecordBuffer, encodeRecord, parseRecord } from './record.ts';

const record = (bytes: number) =>
  ({ kind: 'telemetry', station: 'st', at: 1_795_305_600_000, body: new Uint8Array(bytes) }) as const;

it('gives back what a buffer grew to once so much is not needed, and no more', () => {
  const buffer = createRecordBuffer();
  const first = buffer.bytes.length;
  for (let nth = 0; nth < 10; nth += 1) encodeRecord(buffer, record(500_000));
  const most = buffer.bytes.length;
  expect(most).toBeGreaterThan(10 * first);
  clearRecords(buffer);
  expect(buffer).toMatchObject({ length: 0, bytes: { length: most } });
  for (let nth = 0; nth < 10; nth += 1) {
    encodeRecord(buffer, record(100));
    expect(parseRecord(buffer.bytes.subarray(0, buffer.length), 0, 0).state).toBe('record');
    clearRecords(buffer);
  }
  expect(buffer.bytes.length).toBe(first);
  // Half of it is used again and again: there is nothing to give back.
  for (let nth = 0; nth < 3; nth += 1) {
    encodeRecord(buffer, record(first / 2));
    clearRecords(buffer);
  }
  expect(buffer.bytes.length).toBe(first);
});
