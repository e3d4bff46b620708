import type { z } from '@hono/zod-openapi';
import type { Refusal } from '#domain/platform/refusal.ts';
import type { problemSchema } from './problem-schema.ts';

export type Problem = z.output<typeof problemSchema>;

/** An API error, thrown anywhere below the routes and answered as a problem document. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: Problem['errors'];
  readonly headers: Record<string, string>;

  constructor(
    refusal: { status: number; code: string; title: string; detail: string; errors?: Problem['errors'] },
    headers: Record<string, string> = {},
  ) {
    super(refusal.title);
    this.name = 'ProblemError';
    this.status = refusal.status;
    this.code = refusal.code;
    this.detail = refusal.detail;
    this.errors = refusal.errors;
    this.headers = headers;
  }
}

/** Maps a refusal of the database to a problem. */
export function toProblemError(refusal: Refusal): ProblemError {
  const { retryAfterSeconds } = refusal;
  return new ProblemError(
    { status: refusal.status, code: refusal.code, title: refusal.message, detail: refusal.action },
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}

/** The response to a request that failed. */
export function toProblemResponse(error: ProblemError, requestId: string): Response {
  const problem: Problem = {
    type: `urn:dealscale:problem:${error.code}`,
    title: error.message,
    status: error.status,
    detail: error.detail,
    code: error.code,
    request_id: requestId,
    ...(error.errors ? { errors: error.errors } : {}),
  };
  const headers = { ...error.headers, 'content-type': 'application/problem+json', 'x-request-id': requestId };
  return new Response(JSON.stringify(problem), { status: error.status, headers });
}

/** A 404; `what` is a noun without an article, for example "player on this board". */
export function notFound(code: string, what: string): ProblemError {
  return new ProblemError({
    status: 404,
    code,
    title: `There is no such ${what}.`,
    detail: `Check the ${what} in the address.`,
  });
}
