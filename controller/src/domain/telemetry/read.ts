/** Telemetry from the bytes of `layout.ts`: gone through without making objects, or decoded whole. */
import { decodeTelemetry, type Sample, type Telemetry } from '@heat-center/contract/decode.ts';
import type { PointDefinition, PointPart } from '@heat-center/contract/points.ts';
import { QUALITIES, type Quality } from '@heat-center/contract/quality.ts';
import type { Reading } from '@heat-center/contract/readings.ts';
import { telemetryEncoder } from './encode.ts';
import {
  HAS_VALUE,
  HISTORICAL,
  PARTS,
  POINT_OF_KEY,
  QUALITY_BITS,
  SIMULATED,
  VERSION,
  WHY_SHIFT,
  WHYS,
  type Rare,
} from './layout.ts';

/** Told what the bytes hold, in order. */
export interface TelemetryVisitor {
  /** Empty where the message had none. */
  boot(boot: string): void;
  /** `seq` is −1 where there is none; `flags` as in the layout. */
  sample(at: number, seq: number, flags: number): void;
  /** The readings that follow belong to this part; `id` is `circuit.pump` for pumps and empty for the station. */
  part(part: PointPart, id: string): void;
  /** `value` is NaN where there is none; `code` as in the layout. */
  reading(key: number, code: number, value: number): void;
}

const text = new TextDecoder();

/** Goes through the bytes; returns where the rare part begins. They were written by `encode.ts` and checksummed. */
function walk(bytes: Uint8Array, visitor: TelemetryVisitor): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bootBytes = view.getUint16(1, true);
  let at = 3 + bootBytes;
  visitor.boot(bootBytes === 0 ? '' : text.decode(bytes.subarray(3, at)));
  const samples = view.getUint16(at, true);
  at += 2;
  for (let sample = 0; sample < samples; sample += 1) {
    visitor.sample(view.getFloat64(at, true), view.getFloat64(at + 8, true), view.getUint8(at + 16));
    const runs = view.getUint16(at + 17, true);
    at += 19;
    for (let run = 0; run < runs; run += 1) at = walkRun(bytes, { view, at }, visitor);
  }
  return at;
}

function walkRun(bytes: Uint8Array, from: { view: DataView; at: number }, visitor: TelemetryVisitor): number {
  const { view } = from;
  const idBytes = view.getUint8(from.at + 1);
  let at = from.at + 2 + idBytes;
  const id = idBytes === 0 ? '' : text.decode(bytes.subarray(from.at + 2, at));
  visitor.part(PARTS[view.getUint8(from.at)] ?? 'station', id);
  const readings = view.getUint16(at, true);
  at += 2;
  for (let reading = 0; reading < readings; reading += 1) {
    const code = view.getUint8(at + 4);
    const hasValue = (code & HAS_VALUE) !== 0;
    visitor.reading(view.getUint32(at, true), code, hasValue ? view.getFloat64(at + 5, true) : Number.NaN);
    at += hasValue ? 13 : 5;
  }
  return at;
}

/** The message of an earlier version's journal, as bytes of this one; undefined when this version refuses it. */
function ofFirstVersion(body: Uint8Array): Uint8Array | undefined {
  const decoded = decodeTelemetry(body);
  return decoded.ok ? telemetryEncoder()(decoded.telemetry) : undefined;
}

/** Goes through a journaled message. Nothing is told of one that an earlier version took and this one refuses. */
export function visitTelemetry(body: Uint8Array, visitor: TelemetryVisitor): void {
  const bytes = body[0] === VERSION ? body : ofFirstVersion(body);
  if (bytes) walk(bytes, visitor);
}

export const qualityOf = (code: number): Quality => QUALITIES[code & QUALITY_BITS] ?? 'bad';

function pointId({ pattern }: PointDefinition, id: string): string {
  const [first = '', second = ''] = id.split('.');
  return pattern.replace('*', first).replace('*', second);
}

type Writable<T> = { -readonly [field in keyof T]: T[field] };

/** The telemetry that a journaled message holds; undefined when this version refuses what an earlier one took. */
export function readTelemetry(body: Uint8Array): Telemetry | undefined {
  if (body[0] !== VERSION) {
    const decoded = decodeTelemetry(body);
    return decoded.ok ? decoded.telemetry : undefined;
  }
  const samples: Writable<Sample>[] = [];
  let boot = '';
  let readings: Reading[] = [];
  let id = '';
  const rareAt = walk(body, {
    boot: (of) => {
      boot = of;
    },
    sample(at, seq, flags) {
      readings = [];
      const historical = (flags & HISTORICAL) !== 0;
      const simulated = (flags & SIMULATED) !== 0;
      samples.push({ at, ...(seq < 0 ? {} : { boot, seq }), historical, simulated, readings, faults: [] });
    },
    part: (_part, of) => {
      id = of;
    },
    reading(key, code, number) {
      const definition = POINT_OF_KEY.get(key);
      if (!definition) return;
      const point = pointId(definition, id);
      const value = Number.isNaN(number) ? null : number;
      const why = WHYS[code >> WHY_SHIFT];
      readings.push({ point, definition, value, quality: qualityOf(code), ...(why ? { why } : {}) });
    },
  });
  return withRare({ boot, samples }, body.subarray(rareAt + 4));
}

function withRare(
  whole: { readonly boot: string; readonly samples: Writable<Sample>[] },
  bytes: Uint8Array,
): Telemetry {
  const { boot, samples } = whole;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by encode.ts and checksummed
  const rare = bytes.length === 0 ? {} : (JSON.parse(text.decode(bytes)) as Rare);
  for (const [index, faults] of Object.entries(rare.faults ?? {})) {
    const sample = samples[Number(index)];
    if (sample) sample.faults = faults;
  }
  return {
    ...(boot === '' ? {} : { boot }),
    ...(rare.oldest === undefined ? {} : { oldest: rare.oldest }),
    samples,
    refused: rare.refused ?? [],
    unknown: rare.unknown ?? [],
  };
}
