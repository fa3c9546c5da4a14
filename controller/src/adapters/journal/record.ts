/**
 * The bytes of a journal record: length u32, CRC-32 u32 of what follows, then kind u8, length of the
 * station's id u8, time of arrival f64, station, body. Little endian.
 */
import { crc32 } from 'node:zlib';
import type { JournalRecord, RecordKind } from '../../ports.ts';

/** The index is the code on disk: append only. */
const KINDS: readonly RecordKind[] = [
  'start',
  'settings',
  'removed',
  'telemetry',
  'status',
  'report',
  'session',
  'wish',
  'epoch',
  'tick',
  'effect',
  'forecast',
  'network_settings',
  'plan',
];

const FRAME_BYTES = 8;
const HEAD_BYTES = FRAME_BYTES + 10;
/** No record is larger: a length beyond this is damage, not data. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** A growing buffer of encoded records. */
export interface RecordBuffer {
  bytes: Buffer;
  length: number;
}

/** As long as a buffer begins, and as it stays whatever little is put into it. */
const FIRST_BYTES = 256 * 1024;

export const createRecordBuffer = (bytes = FIRST_BYTES): RecordBuffer => ({
  bytes: Buffer.allocUnsafe(bytes),
  length: 0,
});

/** Empties it. What it grew to in a bad moment, while the disk stood still, it gives back by halves once that is not needed. */
export function clearRecords(buffer: RecordBuffer): void {
  const { bytes, length } = buffer;
  if (bytes.length > FIRST_BYTES && length < bytes.length / 4) {
    buffer.bytes = Buffer.allocUnsafe(Math.max(FIRST_BYTES, bytes.length / 2));
  }
  buffer.length = 0;
}

function reserve(into: RecordBuffer, more: number): void {
  const needed = into.length + more;
  if (needed <= into.bytes.length) return;
  const grown = Buffer.allocUnsafe(Math.max(needed, into.bytes.length * 2));
  into.bytes.copy(grown, 0, 0, into.length);
  into.bytes = grown;
}

/** Appends one record. Throws RangeError when it is larger than `MAX_RECORD_BYTES`: a defect of the caller. */
export function encodeRecord(into: RecordBuffer, record: Omit<JournalRecord, 'end'>): void {
  // Ids are ASCII (the contract's pattern), so characters are bytes.
  const size = HEAD_BYTES + record.station.length + record.body.byteLength;
  if (size > MAX_RECORD_BYTES || record.station.length > 255) {
    throw new RangeError(`a journal record of ${size} bytes is too large`);
  }
  reserve(into, size);
  const { bytes, length: from } = into;
  bytes.writeUInt8(KINDS.indexOf(record.kind), from + 8);
  bytes.writeUInt8(record.station.length, from + 9);
  bytes.writeDoubleLE(record.at, from + 10);
  bytes.write(record.station, from + HEAD_BYTES, 'latin1');
  bytes.set(record.body, from + HEAD_BYTES + record.station.length);
  bytes.writeUInt32LE(size - FRAME_BYTES, from);
  bytes.writeUInt32LE(crc32(bytes.subarray(from + FRAME_BYTES, from + size)), from + 4);
  into.length = from + size;
}

export type Parsed =
  | { readonly state: 'record'; readonly record: JournalRecord; readonly size: number }
  /** The bytes end before the record does. */
  | { readonly state: 'short' }
  /** Length or checksum are wrong. */
  | { readonly state: 'damaged' };

/** Reads the record at `offset`; `position` is where that offset lies in the journal. */
export function parseRecord(bytes: Buffer, offset: number, position: number): Parsed {
  if (bytes.length - offset < HEAD_BYTES) return { state: 'short' };
  const payload = bytes.readUInt32LE(offset);
  const size = FRAME_BYTES + payload;
  if (size < HEAD_BYTES || size > MAX_RECORD_BYTES) return { state: 'damaged' };
  if (bytes.length - offset < size) return { state: 'short' };
  if (crc32(bytes.subarray(offset + FRAME_BYTES, offset + size)) !== bytes.readUInt32LE(offset + 4)) {
    return { state: 'damaged' };
  }
  const kind = KINDS[bytes.readUInt8(offset + 8)];
  const bodyAt = offset + HEAD_BYTES + bytes.readUInt8(offset + 9);
  if (!kind || bodyAt > offset + size) return { state: 'damaged' };
  const record: JournalRecord = {
    end: position + size,
    kind,
    station: bytes.toString('latin1', offset + HEAD_BYTES, bodyAt),
    at: bytes.readDoubleLE(offset + 10),
    body: bytes.subarray(bodyAt, offset + size),
  };
  return { state: 'record', record, size };
}
