/** Calls to the center's API. Answers are checked: the page may be older than the center. */
import { commandView, wishTaken } from '@heat-center/api/commands.ts';
import type { WishBody } from '@heat-center/api/commands.ts';
import { problem } from '@heat-center/api/common.ts';
import type { Problem } from '@heat-center/api/common.ts';
import { historyAnswer } from '@heat-center/api/history.ts';
import { auditList } from '@heat-center/api/audit.ts';
import { rejectedList } from '@heat-center/api/schemas.ts';
import { sessionView } from '@heat-center/api/session.ts';
import type { PasswordChange } from '@heat-center/api/session.ts';
import { stationDetail } from '@heat-center/api/stations.ts';
import type { StationChange } from '@heat-center/api/stations.ts';
import { tokenAdded, tokenList } from '@heat-center/api/tokens.ts';
import type { TokenRegistration } from '@heat-center/api/tokens.ts';
import { userAdded, userList, userView } from '@heat-center/api/users.ts';
import type { UserChange, UserRegistration } from '@heat-center/api/users.ts';
import { z } from 'zod';

/** A call that the center refused or did not answer; `problem.code` is one of the contract's or `unreachable`. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export function plainProblem(code: string, status: number): ApiError {
  return new ApiError({ type: 'about:blank', title: code, status, code, detail: '', remedy: '' });
}

interface Call<T> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly answer: z.ZodType<T>;
  readonly body?: unknown;
  /** Tag of the settings that a change rests on; empty: none is known. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Settings with their tag: a change that names it is refused when somebody else changed them meanwhile. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}

/** One call; rejects with an ApiError. Views with calls of their own make them with it, so that they load with the view. */
export const call = async <T>(asked: Call<T>): Promise<T> => (await callTagged(asked)).value;

/** The same for settings that carry a tag; without one it is empty. */
export async function callTagged<T>(asked: Call<T>): Promise<Tagged<T>> {
  const { method = 'GET', path, answer, body, ifMatch, signal } = asked;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: signal ?? AbortSignal.timeout(20_000),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined || ifMatch === '' ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw plainProblem('unreachable', 0);
  }
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const told = problem.safeParse(json);
    throw told.success ? new ApiError(told.data) : plainProblem('unknown', response.status);
  }
  const checked = answer.safeParse(json);
  if (!checked.success) throw plainProblem('unknown', response.status);
  return { value: checked.data, tag: response.headers.get('etag') ?? '' };
}

export const nothing = z.unknown();

const station = (id: string): string => `/api/v1/stations/${encodeURIComponent(id)}`;

export interface HistoryAsk {
  readonly id: string;
  readonly points: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly max_points: number;
  readonly signal?: AbortSignal;
}

export const api = {
  session: () => call({ path: '/api/v1/session', answer: sessionView }),
  signIn: (token: string) =>
    call({ method: 'POST', path: '/api/v1/session', body: { token }, answer: nothing }),
  signInAs: (user: string, password: string) =>
    call({ method: 'POST', path: '/api/v1/session', body: { user, password }, answer: sessionView }),
  changePassword: (body: PasswordChange) =>
    call({ method: 'POST', path: '/api/v1/session/password', body, answer: nothing }),
  signOut: () => call({ method: 'DELETE', path: '/api/v1/session', answer: nothing }),
  station: (id: string, signal?: AbortSignal) => call({ path: station(id), answer: stationDetail, signal }),
  settingsOf: (id: string) => callTagged({ path: station(id), answer: stationDetail }),
  changeStation: (id: string, body: StationChange, ifMatch: string) =>
    call({ method: 'PATCH', path: station(id), body, ifMatch, answer: stationDetail }),
  command: (id: string, command: string) =>
    call({ path: `${station(id)}/commands/${encodeURIComponent(command)}`, answer: commandView }),
  wish: (id: string, body: WishBody) =>
    call({ method: 'POST', path: `${station(id)}/commands`, body, answer: wishTaken }),
  history: ({ id, points, from, to, max_points, signal }: HistoryAsk) => {
    const query = new URLSearchParams({
      points: points.join(','),
      from: String(Math.round(from)),
      to: String(Math.round(to)),
      max_points: String(max_points),
    });
    return call({ path: `${station(id)}/history?${query}`, answer: historyAnswer, signal });
  },
  confirmEpoch: () => call({ method: 'POST', path: '/api/v1/center/epoch', answer: nothing }),
  users: (signal?: AbortSignal) => call({ path: '/api/v1/users', answer: userList, signal }),
  addUser: (body: UserRegistration) =>
    call({ method: 'POST', path: '/api/v1/users', body, answer: userAdded }),
  changeUser: (id: string, body: UserChange) =>
    call({ method: 'PATCH', path: `/api/v1/users/${encodeURIComponent(id)}`, body, answer: userView }),
  tokens: (signal?: AbortSignal) => call({ path: '/api/v1/tokens', answer: tokenList, signal }),
  addToken: (body: TokenRegistration) =>
    call({ method: 'POST', path: '/api/v1/tokens', body, answer: tokenAdded }),
  removeToken: (id: string) =>
    call({ method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(id)}`, answer: nothing }),
  audit: (query: URLSearchParams, signal?: AbortSignal) =>
    call({ path: `/api/v1/audit?${query}`, answer: auditList, signal }),
  rejected: (signal?: AbortSignal) => call({ path: '/api/v1/rejected', answer: rejectedList, signal }),
};

/** The problem behind anything thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof ApiError ? error.problem : plainProblem('unknown', 0).problem;
}
