/**
 * Telemetry from bytes to readings, once, at the edge.
 *
 * A message is refused only when nothing in it can be trusted; otherwise every good reading is kept and
 * what is wrong beside it is named: a bad point spoils no sample, a bad sample spoils no batch.
 */
import type { ErrorCode } from './errors.ts';
import { EARLIEST_AT, LATEST_AT, MAX_MESSAGE_BYTES, MAX_SAMPLES } from './limits.ts';
import { codeOf, POINTS, type PointDefinition } from './points.ts';
import { QUALITIES, type Quality } from './quality.ts';

export interface Reading {
  /** Full point id, for example `circuits.low.flow_m3_h`. */
  readonly point: string;
  readonly definition: PointDefinition;
  /** In the catalogue's unit; the code for a state; null when there is no usable number. */
  readonly value: number | null;
  readonly quality: Quality;
  /** Why the quality is not good. */
  readonly why?: ErrorCode;
}

export interface Sample {
  /** Time of measurement, ms UTC. */
  readonly at: number;
  readonly boot?: string;
  readonly seq?: number;
  readonly historical: boolean;
  readonly simulated: boolean;
  readonly readings: readonly Reading[];
  readonly faults: readonly string[];
}

export interface Refused {
  readonly code: ErrorCode;
  /** Which sample of the batch, from 0. */
  readonly index: number;
  readonly seq?: number;
}

export interface Telemetry {
  readonly boot?: string;
  /** Lowest seq that the station still has, where its outbox overflowed. */
  readonly oldest?: number;
  readonly samples: readonly Sample[];
  /** Samples that were refused; they count as settled. */
  readonly refused: readonly Refused[];
  /** Paths that the catalogue lacks, each once. */
  readonly unknown: readonly string[];
}

export type Decoded =
  | { readonly ok: true; readonly telemetry: Telemetry }
  | { readonly ok: false; readonly code: ErrorCode };

/** Keys of a sample that are not points. */
const ENVELOPE = new Set([
  'v',
  'boot',
  'seq',
  'oldest',
  'at',
  'faults',
  'quality',
  'historical',
  'simulated',
]);
/** Ids of circuits, pumps and rooms: the same as `partId` of the schemas. */
const PART = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Unknown paths kept for one message; more would let a broken station fill the memory. */
const MAX_UNKNOWN = 32;

type Fields = ReadonlyMap<string, PointDefinition>;

function fieldsBelow(prefix: string): Fields {
  return new Map(
    POINTS.filter((point) => point.pattern.startsWith(prefix))
      .map((point) => [point.pattern.slice(prefix.length), point] as const)
      .filter(([name]) => !name.includes('.')),
  );
}

const OWN = fieldsBelow('');
const PRIMARY = fieldsBelow('primary.');
const CIRCUIT = fieldsBelow('circuits.*.');
const PUMP = fieldsBelow('circuits.*.pumps.*.');
const ROOM = fieldsBelow('rooms.*.');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSeq = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isInstant = (value: unknown): value is number =>
  isSeq(value) && value >= EARLIEST_AT && value < LATEST_AT;

function isQuality(value: unknown): value is Quality {
  return QUALITIES.some((quality) => quality === value);
}

interface Collector {
  readonly readings: Reading[];
  readonly unknown: Set<string>;
  readonly doubts: Record<string, unknown>;
}

function aside(into: Collector, path: string): void {
  if (into.unknown.size < MAX_UNKNOWN) into.unknown.add(path.slice(0, 200));
}

/** Judges one value by its point's definition. Order: failed sensor, wrong type, range, the station's doubt. */
function judge(definition: PointDefinition, raw: unknown): Omit<Reading, 'point' | 'definition'> {
  if (raw === null) return { value: null, quality: 'bad', why: 'sensor_failed' };
  if (definition.codes) {
    const code = typeof raw === 'string' || typeof raw === 'boolean' ? codeOf(definition, raw) : undefined;
    return code === undefined
      ? { value: null, quality: 'bad', why: 'not_a_number' }
      : { value: code, quality: 'good' };
  }
  if (typeof raw !== 'number' || !Number.isFinite(raw)) {
    return { value: null, quality: 'bad', why: 'not_a_number' };
  }
  if (raw < definition.min || raw > definition.max) {
    return { value: raw, quality: 'bad', why: 'out_of_range' };
  }
  return { value: raw, quality: 'good' };
}

function add(into: Collector, point: string, field: { definition: PointDefinition; raw: unknown }): void {
  const { definition, raw } = field;
  const judged = judge(definition, raw);
  const doubt = into.doubts[point];
  if (judged.quality === 'good' && isQuality(doubt) && doubt !== 'good') {
    into.readings.push({ point, definition, value: judged.value, quality: doubt, why: 'doubted_by_station' });
    return;
  }
  into.readings.push({ point, definition, ...judged });
}

/** Takes the named fields of an object; whatever else it holds goes to `other`, or aside. */
function collect(
  into: Collector,
  source: { object: Record<string, unknown>; prefix: string; fields: Fields },
  other?: (name: string, value: unknown) => boolean,
): void {
  for (const name of Object.keys(source.object)) {
    const definition = source.fields.get(name);
    const raw = source.object[name];
    if (definition) add(into, source.prefix + name, { definition, raw });
    else if (!other?.(name, raw)) aside(into, source.prefix + name);
  }
}

function collectParts(
  into: Collector,
  source: { object: unknown; prefix: string; fields: Fields },
  other?: (prefix: string, name: string, value: unknown) => boolean,
): boolean {
  if (!isObject(source.object)) return false;
  for (const part of Object.keys(source.object)) {
    const object = source.object[part];
    const prefix = `${source.prefix}${part}.`;
    if (!PART.test(part) || !isObject(object)) aside(into, source.prefix + part);
    else {
      collect(into, { object, prefix, fields: source.fields }, (name, value) =>
        other ? other(prefix, name, value) : false,
      );
    }
  }
  return true;
}

function collectCircuits(into: Collector, object: unknown): boolean {
  return collectParts(into, { object, prefix: 'circuits.', fields: CIRCUIT }, (prefix, name, value) =>
    name === 'pumps' ? collectParts(into, { object: value, prefix: `${prefix}pumps.`, fields: PUMP }) : false,
  );
}

function decodeSample(raw: Record<string, unknown>, unknown: Set<string>): Sample | ErrorCode {
  const { at } = raw;
  if (!isInstant(at)) return 'no_time';
  const into: Collector = { readings: [], unknown, doubts: isObject(raw.quality) ? raw.quality : {} };
  collect(into, { object: raw, prefix: '', fields: OWN }, (name, value) => {
    if (ENVELOPE.has(name)) return true;
    if (name === 'primary' && isObject(value)) {
      collect(into, { object: value, prefix: 'primary.', fields: PRIMARY });
      return true;
    }
    if (name === 'circuits') return collectCircuits(into, value);
    if (name === 'rooms') return collectParts(into, { object: value, prefix: 'rooms.', fields: ROOM });
    return false;
  });
  const faults = Array.isArray(raw.faults)
    ? raw.faults
        .filter((fault): fault is string => typeof fault === 'string' && fault.length <= 64)
        .slice(0, 64)
    : [];
  return {
    at,
    historical: raw.historical === true,
    simulated: raw.simulated === true,
    readings: into.readings,
    faults,
  };
}

interface Envelope {
  readonly boot: string | undefined;
  readonly rows: readonly unknown[];
}

function decodeRows(envelope: Envelope): Pick<Telemetry, 'samples' | 'refused' | 'unknown'> {
  const samples: Sample[] = [];
  const refused: Refused[] = [];
  const unknown = new Set<string>();
  let previous = -1;
  envelope.rows.forEach((row, index) => {
    const seq = isObject(row) && isSeq(row.seq) ? row.seq : undefined;
    const refuse = (code: ErrorCode): void => {
      refused.push(seq === undefined ? { code, index } : { code, index, seq });
    };
    if (!isObject(row)) return refuse('bad_shape');
    if ((seq === undefined) !== (envelope.boot === undefined)) return refuse('unpaired_seq');
    if (seq !== undefined && seq <= previous) return refuse('seq_not_ascending');
    previous = seq ?? previous;
    const sample = decodeSample(row, unknown);
    if (typeof sample === 'string') return refuse(sample);
    samples.push(
      seq === undefined || envelope.boot === undefined ? sample : { ...sample, boot: envelope.boot, seq },
    );
    return undefined;
  });
  return { samples, refused, unknown: [...unknown] };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes of a telemetry message to samples with judged readings. Never throws. */
export function decodeTelemetry(bytes: Uint8Array): Decoded {
  if (bytes.byteLength > MAX_MESSAGE_BYTES) return { ok: false, code: 'message_too_large' };
  let message: unknown;
  try {
    message = JSON.parse(utf8.decode(bytes));
  } catch {
    return { ok: false, code: 'not_json' };
  }
  if (!isObject(message)) return { ok: false, code: 'bad_shape' };
  if (message.v !== 1) return { ok: false, code: 'wrong_version' };
  const { boot: rawBoot, samples, oldest } = message;
  if (rawBoot !== undefined && (typeof rawBoot !== 'string' || rawBoot === '' || rawBoot.length > 64)) {
    return { ok: false, code: 'bad_shape' };
  }
  if (samples !== undefined && !Array.isArray(samples)) return { ok: false, code: 'bad_shape' };
  const rows: readonly unknown[] = Array.isArray(samples) ? samples : [message];
  if (rows.length > MAX_SAMPLES) return { ok: false, code: 'too_many_samples' };
  const decoded = decodeRows({ boot: rawBoot, rows });
  return {
    ok: true,
    telemetry: {
      ...(rawBoot === undefined ? {} : { boot: rawBoot }),
      ...(isSeq(oldest) ? { oldest } : {}),
      ...decoded,
    },
  };
}
