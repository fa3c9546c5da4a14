/** Registers a station at the center's API as anyone would, and gives its MQTT secret. */
import { z } from 'zod';

export interface ApiOptions {
  /** For example http://127.0.0.1:8080 */
  readonly api: string;
  /** Bearer token, read anew for each request: the center may write it late. */
  readonly token: () => string;
  readonly signal?: AbortSignal | undefined;
}

/** The center answered, and not with what was hoped for. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const credentials = z.looseObject({ mqtt: z.looseObject({ username: z.string(), password: z.string() }) });
const problem = z.looseObject({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
});
const TIMEOUT_MS = 10_000;

/** One request; throws `ApiError` for an answer that is not 2xx, `TypeError` when nobody answers. */
export async function callApi(
  options: ApiOptions,
  request: { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown },
): Promise<unknown> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(new URL(request.path, options.api), {
    method: request.method,
    headers: {
      authorization: `Bearer ${options.token()}`,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    signal: options.signal ? AbortSignal.any([limit, options.signal]) : limit,
  });
  const text = await response.text();
  let answer: unknown;
  try {
    answer = text === '' ? undefined : JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (response.ok) return answer;
  const { code, title, detail } = problem.safeParse(answer).data ?? {};
  const words = [title, detail].filter(Boolean).join(': ') || text.slice(0, 200);
  throw new ApiError(
    response.status,
    code,
    `${request.method} ${request.path} gave ${response.status}: ${words}`,
  );
}

function passwordOf(answer: unknown): string {
  const found = credentials.safeParse(answer);
  if (!found.success) throw new ApiError(200, undefined, 'The center answered without mqtt.password.');
  return found.data.mqtt.password;
}

/** A new secret for a known station. */
export async function rotateSecret(options: ApiOptions, id: string): Promise<string> {
  return passwordOf(await callApi(options, { method: 'POST', path: `/api/v1/stations/${id}/secret` }));
}

/** Registers a station and gives its secret; undefined when the station is known already. */
export async function registerNew(
  options: ApiOptions,
  body: { readonly id: string },
): Promise<string | undefined> {
  try {
    return passwordOf(await callApi(options, { method: 'POST', path: '/api/v1/stations', body }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return undefined;
    throw error;
  }
}

/** Registers a station of our own: a known one keeps the secret that was stored, or gets another where that is lost. */
export async function register(
  options: ApiOptions,
  body: { readonly id: string },
  stored: string | undefined,
): Promise<{ secret: string; fresh: boolean }> {
  const secret = await registerNew(options, body);
  if (secret !== undefined) return { secret, fresh: true };
  if (stored !== undefined) return { secret: stored, fresh: false };
  return { secret: await rotateSecret(options, body.id), fresh: true };
}
