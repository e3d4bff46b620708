import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** A refusal of the auth API, with GoTrue's codes and wording. */
export class AuthError extends Error {
  override name = 'AuthError';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly extra: Record<string, unknown>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    extra: Record<string, unknown> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

const datedErrors = '2024-01-01';

/** Answers in the format that the client requested with the header X-Supabase-Api-Version. */
export function respondWithAuthError(error: AuthError, request: Request): Response {
  const isDated = (request.headers.get('x-supabase-api-version') ?? '') >= datedErrors;
  const body = isDated
    ? { code: error.code, message: error.message, ...error.extra }
    : { code: error.status, error_code: error.code, msg: error.message, ...error.extra };
  const headers = new Headers({ 'x-sb-error-code': error.code });
  if (isDated) headers.set('x-supabase-api-version', datedErrors);
  return Response.json(body, { status: error.status, headers });
}
