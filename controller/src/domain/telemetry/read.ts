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

interface Named {
  readonly point: string;
  readonly definition: PointDefinition;
}

/** Stations name their parts freely: beyond this many ids what is remembered begins anew. */
const MAX_REMEMBERED = 20_000;

/** Full ids of points, made once: by the id of the part, then by key. */
const names = new Map<string, Map<number, Named>>();

function namesOf(id: string): Map<number, Named> {
  const known = names.get(id);
  if (known) return known;
  if (names.size >= MAX_REMEMBERED) names.clear();
  const made = new Map<number, Named>();
  names.set(id, made);
  return made;
}

/** Undefined for a point that the catalogue no longer has. */
function nameIn(part: Map<number, Named>, id: string, key: number): Named | undefined {
  const known = part.get(key);
  const definition = known?.definition ?? POINT_OF_KEY.get(key);
  if (known || !definition) return known;
  const [first = '', second = ''] = id.split('.');
  const made = { point: definition.pattern.replace('*', first).replace('*', second), definition };
  part.set(key, made);
  return made;
}

type Writable<T> = { -readonly [field in keyof T]: T[field] };

/** Makes the samples anew that the bytes were made of. */
class Remaking implements TelemetryVisitor {
  readonly samples: Writable<Sample>[] = [];
  bootId = '';
  #readings: Reading[] = [];
  #id = '';
  #names = namesOf('');

  boot(boot: string): void {
    this.bootId = boot;
  }

  sample(at: number, seq: number, flags: number): void {
    const readings: Reading[] = [];
    this.#readings = readings;
    const historical = (flags & HISTORICAL) !== 0;
    const simulated = (flags & SIMULATED) !== 0;
    const boot = this.bootId;
    // Two literals rather than a spread: this runs for every sample that ever comes.
    this.samples.push(
      seq < 0
        ? { at, historical, simulated, readings, faults: NO_FAULTS }
        : { at, boot, seq, historical, simulated, readings, faults: NO_FAULTS },
    );
  }

  part(_part: PointPart, id: string): void {
    if (id === this.#id) return;
    this.#id = id;
    this.#names = namesOf(id);
  }

  reading(key: number, code: number, number: number): void {
    const named = nameIn(this.#names, this.#id, key);
    if (!named) return;
    const { point, definition } = named;
    const value = Number.isNaN(number) ? null : number;
    const quality = qualityOf(code);
    const why = WHYS[code >> WHY_SHIFT];
    this.#readings.push(
      why ? { point, definition, value, quality, why } : { point, definition, value, quality },
    );
  }
}

const NO_FAULTS: readonly string[] = [];

/** The telemetry that a journaled message holds; undefined when this version refuses what an earlier one took. */
export function readTelemetry(body: Uint8Array): Telemetry | undefined {
  if (body[0] !== VERSION) {
    const decoded = decodeTelemetry(body);
    return decoded.ok ? decoded.telemetry : undefined;
  }
  const remade = new Remaking();
  const rareAt = walk(body, remade);
  return withRare({ boot: remade.bootId, samples: remade.samples }, body.subarray(rareAt + 4));
}

const NOTHING: readonly never[] = [];

function withRare(
  whole: { readonly boot: string; readonly samples: Writable<Sample>[] },
  bytes: Uint8Array,
): Telemetry {
  const { boot, samples } = whole;
  if (bytes.length === 0) {
    return boot === ''
      ? { samples, refused: NOTHING, unknown: NOTHING }
      : { boot, samples, refused: NOTHING, unknown: NOTHING };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by encode.ts and checksummed
  const rare = JSON.parse(text.decode(bytes)) as Rare;
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
