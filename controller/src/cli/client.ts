/** Speaks to the center that runs on the data folder, as its command line. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { problem } from '@heat-center/api/common.ts';
import { ROUTES, type RouteName } from '@heat-center/api/routes.ts';
import { ERRORS, HeatError, type ErrorCode } from '@heat-center/contract/errors.ts';
import { z } from 'zod';
import { ask, type Reply } from './wire.ts';
import { loadEnvironment } from '../environment.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const ANSWER_WITHIN_MS = 15_000;

/** `run.json`: written by the center once it listens, removed at its end. */
const runFile = z.object({
  pid: z.int(),
  supervisor_pid: z.int(),
  http: z.object({
    host: z.string(),
    port: z.int(),
    url: z.string(),
    tls_cert: z.string().optional(),
  }),
  mqtt: z.object({ host: z.string(), port: z.int() }),
});
export type RunFile = z.infer<typeof runFile>;

export type Variables = Readonly<Record<string, string | undefined>>;

export function dataDirOf(env: Variables): string {
  const { dataDir } = loadEnvironment(env);
  return isAbsolute(dataDir) ? dataDir : join(ROOT, dataDir);
}

/** Throws `not_running` when the folder names no center. */
export async function readRunFile(dir: string): Promise<RunFile> {
  const text = await readFile(join(dir, 'run.json'), 'utf8').catch(() => undefined);
  if (text === undefined) throw new HeatError('not_running', `No center runs on ${dir}.`);
  try {
    return runFile.parse(JSON.parse(text));
  } catch {
    throw new HeatError('not_running', `${join(dir, 'run.json')} is not readable.`);
  }
}

/** Where the center is reached from its own machine; a wildcard address is no address to call. */
function addressOf({ http }: RunFile): string {
  const wildcard = http.host === '0.0.0.0' || http.host === '::';
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return `${http.tls_cert === undefined ? 'http' : 'https'}://${wildcard ? 'localhost' : host}:${http.port}`;
}

export interface Call {
  /** Values of the path's parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** How long the answer may take. */
  readonly withinMs?: number;
  /** A status from 400 on that is an answer of this route, not a refusal. */
  readonly alsoTakes?: number;
}

export interface Client {
  readonly run: RunFile;
  /** The answer's JSON; undefined where there is none. Throws `HeatError` with the code that the center gave. */
  call(name: RouteName, call?: Call): Promise<unknown>;
}

const isCode = (code: string): code is ErrorCode => code in ERRORS;

function errorOf(answer: unknown, status: number): HeatError {
  const parsed = problem.safeParse(answer);
  if (!parsed.success) return new HeatError('internal', `The center answered with status ${status}.`);
  const { code, detail, limits } = parsed.data;
  const range = limits ? ` Allowed: ${limits.min ?? '…'} to ${limits.max ?? '…'}.` : '';
  return new HeatError(isCode(code) ? code : 'internal', `${detail}${range}`);
}

function pathOf(name: RouteName, params: Readonly<Record<string, string>> = {}): string {
  return ROUTES[name].path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function parsed({ type, text }: Reply): unknown {
  if (text === '') return undefined;
  return type.includes('json') ? JSON.parse(text) : text;
}

/** Finds the running center. Throws `not_running` that says what to do. */
export async function connect(env: Variables): Promise<Client> {
  const dir = dataDirOf(env);
  const run = await readRunFile(dir);
  const token = await readFile(join(dir, 'cli-token'), 'utf8').catch(() => '');
  const address = addressOf(run);
  return {
    run,
    async call(name, { params, query = {}, body, withinMs = ANSWER_WITHIN_MS, alsoTakes } = {}) {
      const url = address + pathOf(name, params) + queryOf(query);
      const headers = {
        authorization: `Bearer ${token.trim()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const question = {
        url,
        method: ROUTES[name].method,
        headers,
        withinMs,
        body: body === undefined ? undefined : JSON.stringify(body),
        certificate: run.http.tls_cert,
      };
      const response = await ask(question).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new HeatError(
          'not_running',
          `The center that ${dir} names does not answer at ${address} (${why}).`,
        );
      });
      const answer = parsed(response);
      if (response.status >= 400 && response.status !== alsoTakes) throw errorOf(answer, response.status);
      return answer;
    },
  };
}
