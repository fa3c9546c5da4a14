/** Asks a weather service as its terms wish: by its own cache headers, named, bounded in time and size. */

/** What a service said about its answer, to be sent back with the next question. */
export interface Validators {
  readonly etag: string | undefined;
  /** Sent back as it came: services compare the text. */
  readonly lastModified: string | undefined;
}

export type Answer =
  | {
      readonly kind: 'new';
      readonly body: unknown;
      readonly validators: Validators;
      /** When it is worth asking again, ms UTC; undefined where the service says nothing. */
      readonly fresh_until: number | undefined;
      /** The service will end this version of its answers (status 203). */
      readonly deprecated: boolean;
    }
  | { readonly kind: 'same'; readonly fresh_until: number | undefined };

/** The service cannot be had now; the message is for engineers. */
export class WeatherTrouble extends Error {
  /** How long the service asks us to stay away, s. */
  readonly retry_after_s: number | undefined;
  /** The service refuses what we ask or who we are: asking again soon only makes it worse. */
  readonly refused: boolean;

  constructor(message: string, more: { retry_after_s?: number | undefined; refused?: boolean } = {}) {
    super(message);
    this.name = 'WeatherTrouble';
    this.retry_after_s = more.retry_after_s;
    this.refused = more.refused ?? false;
  }
}

const TIMEOUT_MS = 20_000;
/** Ten days of compact answers are about 60 kB. */
const MOST_BYTES = 2 * 2 ** 20;
/** Statuses that say: not so, and not by you. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 429]);

function secondsOf(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}

/** `max-age` counts before `Expires` (RFC 9111); the latter by the service's own clock where it tells it. */
function freshUntil(headers: Headers, now: number): number | undefined {
  const age = /(?:^|[,\s])max-age=(\d{1,9})/.exec(headers.get('cache-control') ?? '')?.[1];
  if (age !== undefined) return now + Number(age) * 1000;
  const expires = Date.parse(headers.get('expires') ?? '');
  if (Number.isNaN(expires)) return undefined;
  const sent = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(sent) ? expires : now + Math.max(0, expires - sent);
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw new WeatherTrouble(`the answer is longer than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WeatherTrouble(`the answer is not JSON: ${text.slice(0, 80)}`);
  }
}

function refusal(response: Response, text: string, now: number): WeatherTrouble {
  const { status } = response;
  return new WeatherTrouble(`status ${status}: ${text.slice(0, 200).trim()}`, {
    retry_after_s: secondsOf(response.headers.get('retry-after'), now),
    refused: REFUSED.has(status),
  });
}

export interface Question {
  readonly url: URL;
  readonly userAgent: string;
  readonly validators: Validators | undefined;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** One question. Throws `WeatherTrouble`; rejects as the signal says when it is aborted. */
export async function ask({ url, userAgent, validators, now, signal }: Question): Promise<Answer> {
  const headers = new Headers({ accept: 'application/json', 'user-agent': userAgent });
  if (validators?.etag !== undefined) headers.set('if-none-match', validators.etag);
  if (validators?.lastModified !== undefined) headers.set('if-modified-since', validators.lastModified);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { headers, redirect: 'error', signal: limit });
    const fresh_until = freshUntil(response.headers, now);
    if (response.status === 304) return { kind: 'same', fresh_until };
    const text = await textOf(response);
    if (response.status !== 200 && response.status !== 203) throw refusal(response, text, now);
    return {
      kind: 'new',
      body: parsed(text),
      validators: {
        etag: response.headers.get('etag') ?? undefined,
        lastModified: response.headers.get('last-modified') ?? undefined,
      },
      fresh_until,
      deprecated: response.status === 203,
    };
  } catch (error) {
    if (error instanceof WeatherTrouble) throw error;
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new WeatherTrouble(cause instanceof Error ? cause.message : String(cause));
  }
}
