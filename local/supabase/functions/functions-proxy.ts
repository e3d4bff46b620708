import { getBearerToken } from '../http/caller.ts';
import type { Settings } from '../settings.ts';
import { type AccessTokens, TokenError } from '../tokens/access-token.ts';

const prefix = '/functions/v1';
const namePattern = /^\/([A-Za-z][A-Za-z0-9_-]*)(?:\/|$)/;
const timeoutMs = 150_000;
// Connection headers belong to one hop; the host and the length are set anew.
const hopHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'content-length'];

/**
 * Passes requests under /functions/v1 on to the process that runs edge functions. Refuses those without a valid
 * token first, unless the function's configuration says `verify_jwt = false`.
 */
export function createFunctionsProxy(settings: Settings, tokens: AccessTokens) {
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const name = namePattern.exec(url.pathname.slice(prefix.length))?.[1];
    if (name === undefined) return respond(404, 'NOT_FOUND', 'Requested function was not found');
    const mustVerify = settings.project.functions[name]?.verify_jwt ?? true;
    if (mustVerify && request.method !== 'OPTIONS') {
      const refusal = await verifyToken(request, tokens);
      if (refusal) return refusal;
    }
    return forward(request, `${settings.functionsUrl}${url.pathname.slice(prefix.length)}${url.search}`);
  };
}

async function verifyToken(request: Request, tokens: AccessTokens): Promise<Response | null> {
  if (!request.headers.has('authorization')) {
    return respond(401, 'UNAUTHORIZED_NO_AUTH_HEADER', 'Missing authorization header');
  }
  const token = getBearerToken(request);
  if (token === null)
    return respond(401, 'UNAUTHORIZED_INVALID_JWT_FORMAT', 'Auth header is not Bearer {token}');
  try {
    await tokens.verify(token);
    return null;
  } catch (error) {
    if (error instanceof TokenError) return respond(401, 'UNAUTHORIZED_INVALID_JWT', 'Invalid JWT');
    throw error;
  }
}

async function forward(request: Request, target: string): Promise<Response> {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of hopHeaders) headers.delete(name);
  headers.set('x-forwarded-host', url.hostname);
  headers.set('x-forwarded-port', url.port);
  headers.set('x-forwarded-proto', url.protocol.replace(':', ''));
  headers.set('x-forwarded-for', '127.0.0.1');
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(target, {
      method: request.method,
      headers,
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, deadline]),
      ...(request.body ? { duplex: 'half' as const } : {}),
    });
    return new Response(response.body, { status: response.status, headers: cleanHeaders(response.headers) });
  } catch {
    if (deadline.aborted)
      return respond(504, 'IDLE_TIMEOUT', 'The request idle timeout limit (150s) was reached');
    return respond(
      503,
      'BOOT_ERROR',
      'Edge functions are not running right now. Try again in a few seconds.',
    );
  }
}

// The body arrives decoded, so the headers that describe its encoding no longer hold.
function cleanHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding'])
    headers.delete(name);
  if (from.has('content-encoding')) headers.delete('content-length');
  return headers;
}

function respond(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'sb-error-code': code } });
}
