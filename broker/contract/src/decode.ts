/**
 * Telemetry from bytes to readings, once, at the edge.
 *
 * A message is refused only when nothing in it can be trusted; otherwise every good reading is kept and
 * what is wrong beside it is named: a bad point spoils no sample, a bad sample spoils no batch.
 */
import type { ErrorCode } from './errors.ts';
import { EARLIEST_AT, LATEST_AT, MAX_MESSAGE_BYTES, MAX_SAMPLES } from './limits.ts';
import { isObject, readingsOf, type Aside, type Reading } from './readings.ts';

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

const isSeq = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isInstant = (value: unknown): value is number =>
  isSeq(value) && value >= EARLIEST_AT && value < LATEST_AT;

const NO_FAULTS: readonly string[] = [];

function faultsOf(raw: unknown): readonly string[] {
  if (!Array.isArray(raw)) return NO_FAULTS;
  return raw.filter((fault): fault is string => typeof fault === 'string' && fault.length <= 64).slice(0, 64);
}

function decodeSample(raw: Record<string, unknown>, envelope: Envelope, unknown: Aside): Sample | ErrorCode {
  const { at, seq } = raw;
  if (!isInstant(at)) return 'no_time';
  const { boot } = envelope;
  const historical = raw.historical === true;
  const simulated = raw.simulated === true;
  const readings = readingsOf(raw, unknown);
  const faults = faultsOf(raw.faults);
  // Two literals rather than a spread: this runs for every sample that ever comes.
  return boot === undefined || !isSeq(seq)
    ? { at, historical, simulated, readings, faults }
    : { at, boot, seq, historical, simulated, readings, faults };
}

interface Envelope {
  readonly boot: string | undefined;
  readonly rows: readonly unknown[];
}

function decodeRows(envelope: Envelope): Pick<Telemetry, 'samples' | 'refused' | 'unknown'> {
  const samples: Sample[] = [];
  const refused: Refused[] = [];
  const unknown: Aside = [];
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
    const sample = decodeSample(row, envelope, unknown);
    if (typeof sample === 'string') return refuse(sample);
    samples.push(sample);
    return undefined;
  });
  return { samples, refused, unknown };
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
