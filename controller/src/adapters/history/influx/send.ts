/** Sends lines with the official client, whose own buffer and retries are off: the journal is the buffer. */
import { HttpError, type InfluxDB } from '@influxdata/influxdb-client';
import { StoreTrouble } from '../trouble.ts';

export interface SetAside {
  readonly line: string;
  readonly reason: string;
}

export interface SendTarget {
  readonly client: InfluxDB;
  readonly org: string;
  readonly bucket: string;
}

const LINES_PER_REQUEST = 5000;
const REQUESTS_IN_FLIGHT = 2;
/** A person has to act; meanwhile it is tried this seldom. */
const PERSON_RETRY_MS = 60_000;

/** Rejects as the client would, without its own line on the console. */
async function reject(error: Error): Promise<never> {
  throw error;
}

async function post({ client, org, bucket }: SendTarget, lines: readonly string[]): Promise<void> {
  const api = client.getWriteApi(org, bucket, 'ms', {
    maxRetries: 0,
    // Sent by `flush` alone, in one request.
    batchSize: lines.length + 1,
    maxBatchBytes: Number.MAX_SAFE_INTEGER,
    flushInterval: 0,
    writeFailed: reject,
  });
  for (const line of lines) api.writeRecord(line);
  await api.flush();
}

/** What an error that concerns no single line means, and what to do about it. */
export function troubleOf(error: unknown): StoreTrouble {
  if (!(error instanceof HttpError)) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `InfluxDB does not answer (${reason}); check INFLUX_URL and that it runs`;
    return new StoreTrouble(text, { cause: error });
  }
  const { statusCode, message } = error;
  if (statusCode === 401 || statusCode === 403) {
    const text = `InfluxDB refuses the token (${statusCode}: ${message}); set INFLUX_TOKEN to one that may read and write`;
    return new StoreTrouble(text, { retryAfter_ms: PERSON_RETRY_MS });
  }
  if (statusCode === 404) {
    const text = `InfluxDB does not find it (404: ${message}); check INFLUX_ORG and INFLUX_BUCKET`;
    return new StoreTrouble(text, { retryAfter_ms: PERSON_RETRY_MS });
  }
  // The client takes the header's seconds for milliseconds.
  const retryAfter_ms = error.retryAfter() > 0 ? error.retryAfter() * 1000 : undefined;
  return new StoreTrouble(`InfluxDB answers ${statusCode}: ${message}; look at its log`, { retryAfter_ms });
}

/** How many lines InfluxDB says it has dropped, in its answer to a partial write. */
const droppedOf = (message: string): number => Number(/dropped=(\d+)/.exec(message)?.[1] ?? 0);

/** A longer answer is not searched for lines: that would hold the thread up. */
const MOST_QUOTES = 64 * 1024;

/** The lines that InfluxDB quotes as those it cannot parse, with the reason; then it has stored none of the request. */
function quotedOf(lines: readonly string[], { statusCode, message }: HttpError): Map<string, string> {
  const quoted = new Map<string, string>();
  if (statusCode !== 400 || message.length > MOST_QUOTES) return quoted;
  for (const line of lines) {
    const at = message.indexOf(`'${line}': `);
    if (at < 0) continue;
    const [reason = ''] = message.slice(at + line.length + 4).split('\n', 1);
    quoted.set(line, `unable to parse: ${reason}`);
  }
  return quoted;
}

async function sendPart(target: SendTarget, lines: readonly string[], setAside: SetAside[]): Promise<void> {
  try {
    await post(target, lines);
  } catch (error) {
    if (!(error instanceof HttpError) || ![400, 413, 422].includes(error.statusCode)) throw troubleOf(error);
    const refusedAll = lines.length === 1 || droppedOf(error.message) === lines.length;
    if (refusedAll) {
      for (const line of lines) setAside.push({ line, reason: error.message });
      return;
    }
    const quoted = quotedOf(lines, error);
    if (quoted.size > 0) {
      for (const [line, reason] of quoted) setAside.push({ line, reason });
      await sendPart(
        target,
        lines.filter((line) => !quoted.has(line)),
        setAside,
      );
      return;
    }
    const middle = Math.ceil(lines.length / 2);
    await sendPart(target, lines.slice(0, middle), setAside);
    await sendPart(target, lines.slice(middle), setAside);
  }
}

/**
 * Sends all lines, at most two requests at a time. The lines that a refusal quotes are left out; where it quotes
 * none, the request is halved until the bad ones stand alone. They are returned. Throws `StoreTrouble`; what was sent before may be sent again.
 */
export async function sendLines(target: SendTarget, lines: readonly string[]): Promise<SetAside[]> {
  const setAside: SetAside[] = [];
  const starts = Array.from(
    { length: Math.ceil(lines.length / LINES_PER_REQUEST) },
    (_, index) => index * LINES_PER_REQUEST,
  );
  const next = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      await sendPart(target, lines.slice(start, start + LINES_PER_REQUEST), setAside);
    }
  };
  // Both have ended before a failure is told, so that no request is left on its way.
  const ends = await Promise.allSettled(Array.from({ length: REQUESTS_IN_FLIGHT }, next));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return setAside;
}
