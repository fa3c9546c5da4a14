/** Every error as problem details (RFC 9457), with a code of the contract and what to do about it. */
import { ERRORS, HeatError, type ErrorCode, type ErrorEntry } from '@heat-center/contract/errors.ts';
import type { Problem } from '@heat-center/api/common.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { leaveUnread } from './bodies.ts';
import type { App } from './table.ts';

const bounds = z.object({ min: z.number().optional(), max: z.number().optional() });

/** A problem of a code; `status` overrides the code's own. */
function problem(code: ErrorCode, detail: string, status?: number): Problem {
  const entry: ErrorEntry = ERRORS[code];
  return {
    type: `urn:heat-center:error:${code}`,
    title: entry.meaning,
    status: status ?? entry.status ?? 500,
    code,
    detail,
    remedy: entry.remedy,
  };
}

function ofHeatError(error: HeatError): Problem {
  const shown = problem(error.code, error.message);
  const limits = bounds.safeParse(error.detail);
  return error.code === 'out_of_range' && limits.success ? { ...shown, limits: limits.data } : shown;
}

/** What Fastify itself refuses: bad JSON, a large body, a wrong content type. */
function ofRequest(error: Error, status: number): Problem {
  if (status === 413) return problem('too_large', error.message);
  if (status === 404) return problem('not_found', error.message);
  return problem('invalid_request', error.message, status);
}

/** The problem that an error is shown as. Anything unexpected becomes `internal` and says only the request's id. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof HeatError) return ofHeatError(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      path: instancePath.replace(/^\//, '').replaceAll('/', '.'),
      message: message ?? 'not valid',
    }));
    const where = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    return { ...problem('invalid_request', where.join('; ')), errors };
  }
  if (error instanceof Error && 'statusCode' in error) {
    const status = Number(error.statusCode);
    if (status >= 400 && status < 500) return ofRequest(error, status);
  }
  return problem('internal', `The request ${requestId} failed; the log of the center says why.`);
}

/** How long a refusal for now lasts, s; where the error names it. */
const waiting = z.object({ retry_after_s: z.number() });

export function sendProblem(reply: FastifyReply, shown: Problem): FastifyReply {
  if (shown.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(shown.status).type('application/problem+json').send(JSON.stringify(shown));
}

/** Answers every error and every unknown address with a problem. */
export function bindProblems(app: App): void {
  app.setErrorHandler((error, request: FastifyRequest, reply) => {
    const shown = problemOf(error, request.id);
    const wait = error instanceof HeatError ? waiting.safeParse(error.detail).data : undefined;
    if (wait) reply.header('retry-after', String(Math.ceil(wait.retry_after_s)));
    leaveUnread(request, reply, shown.code === 'too_large');
    if (shown.status >= 500) request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, shown);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('not_found', `There is no ${request.method} ${request.url.split('?')[0]}.`)),
  );
}
