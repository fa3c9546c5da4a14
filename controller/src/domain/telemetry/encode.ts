/** Decoded telemetry to bytes, as `layout.ts` says. */
import type { Sample, Telemetry } from '@heat-center/contract/decode.ts';
import { resolvePoint } from '@heat-center/contract/points.ts';
import { QUALITIES } from '@heat-center/contract/quality.ts';
import type { Reading } from '@heat-center/contract/readings.ts';
import {
  HAS_VALUE,
  HISTORICAL,
  keyOf,
  PARTS,
  SIMULATED,
  VERSION,
  WHY_SHIFT,
  WHYS,
  type Rare,
} from './layout.ts';

/** Stations name their parts freely: beyond this many ids what is remembered begins anew. */
const MAX_REMEMBERED = 50_000;

interface Handle {
  readonly key: number;
  readonly kind: number;
  readonly id: string;
}

const handles = new Map<string, Handle>();

/** `circuit.pump` for a pump; empty for the station's own points. */
function idOf({ circuit, pump, room }: NonNullable<ReturnType<typeof resolvePoint>>): string {
  if (circuit === undefined) return room ?? '';
  return pump === undefined ? circuit : `${circuit}.${pump}`;
}

function handleOf({ point, definition }: Reading): Handle {
  const known = handles.get(point);
  if (known) return known;
  const resolved = resolvePoint(point);
  if (!resolved) throw new Error(`a reading of ${point}, which the catalogue lacks`);
  if (handles.size >= MAX_REMEMBERED) handles.clear();
  const kind = PARTS.indexOf(definition.part);
  const made = { key: keyOf(definition.pattern), kind, id: idOf(resolved) };
  handles.set(point, made);
  return made;
}

function rareOf({ oldest, refused, unknown, samples }: Telemetry): string {
  const faulty = samples.some(({ faults }) => faults.length > 0);
  if (oldest === undefined && refused.length === 0 && unknown.length === 0 && !faulty) return '';
  const faults = Object.fromEntries(
    samples.flatMap((sample, index) => (sample.faults.length > 0 ? [[index, sample.faults]] : [])),
  );
  return JSON.stringify({ oldest, refused, unknown, faults } satisfies Rare);
}

const utf8 = new TextEncoder();

/** A buffer that grows and is used again for each message. */
class Pen {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  begin(): void {
    this.#at = 0;
  }

  /** What was written; valid until the next `begin`. */
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  u16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  f64(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  ascii(value: string): void {
    this.#room(value.length);
    for (let index = 0; index < value.length; index += 1) {
      this.#bytes[this.#at + index] = value.charCodeAt(index);
    }
    this.#at += value.length;
  }

  /** UTF-8; returns how many bytes it took. */
  text(value: string): number {
    if (value === '') return 0;
    // A UTF-16 code unit takes three bytes at most.
    this.#room(3 * value.length);
    const { written } = utf8.encodeInto(value, this.#bytes.subarray(this.#at));
    this.#at += written;
    return written;
  }

  /** Leaves two bytes to be filled by `fill16` when it is known what they count. */
  leave16(): number {
    this.u16(0);
    return this.#at - 2;
  }

  fill16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  leave32(): number {
    this.u32(0);
    return this.#at - 4;
  }

  fill32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function writeReading(pen: Pen, key: number, { value, quality, why }: Reading): void {
  const reason = WHYS.indexOf(why);
  if (reason < 0) throw new Error(`a reading with the reason ${why}, for which there is no code`);
  const code = QUALITIES.indexOf(quality) | (value === null ? 0 : HAS_VALUE) | (reason << WHY_SHIFT);
  pen.u32(key);
  pen.u8(code);
  if (value !== null) pen.f64(value);
}

function writeSample(pen: Pen, { at, seq, historical, simulated, readings }: Sample): void {
  pen.f64(at);
  pen.f64(seq ?? -1);
  pen.u8((historical ? HISTORICAL : 0) | (simulated ? SIMULATED : 0));
  const runsAt = pen.leave16();
  let runs = 0;
  let countAt = 0;
  let count = 0;
  let run: Handle | undefined;
  for (const reading of readings) {
    const handle = handleOf(reading);
    if (run?.kind !== handle.kind || run.id !== handle.id) {
      if (run) pen.fill16(countAt, count);
      pen.u8(handle.kind);
      pen.u8(handle.id.length);
      pen.ascii(handle.id);
      countAt = pen.leave16();
      count = 0;
      runs += 1;
      run = handle;
    }
    writeReading(pen, handle.key, reading);
    count += 1;
  }
  if (run) pen.fill16(countAt, count);
  pen.fill16(runsAt, runs);
}

export type EncodeTelemetry = (telemetry: Telemetry) => Uint8Array;

/** An encoder with a buffer of its own: what it gives is valid until it is called again. */
export function telemetryEncoder(): EncodeTelemetry {
  const pen = new Pen();
  return (telemetry) => {
    const { boot, samples } = telemetry;
    pen.begin();
    pen.u8(VERSION);
    const bootAt = pen.leave16();
    if (boot !== undefined) pen.fill16(bootAt, pen.text(boot));
    pen.u16(samples.length);
    for (const sample of samples) writeSample(pen, sample);
    const rareAt = pen.leave32();
    pen.fill32(rareAt, pen.text(rareOf(telemetry)));
    return pen.end();
  };
}
