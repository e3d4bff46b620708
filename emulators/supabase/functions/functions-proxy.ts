import { getBearerToken } from '../http/caller.ts';
import type { Settings } from '../settings.ts';
import { type AccessTokens, TokenError } from '../tokens/access-token.ts';
import { limitBody } from './limit-body.ts';

const prefix = '/functions/v1';
const namePattern = /^\/([A-Za-z][A-Za-z0-9_-]*)(?:\/|$)/;
const bodyBytesMax = 20 * 1024 * 1024;
// Hop-by-hop headers; host and length are recomputed.
const hopHeaders = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
];

type FunctionsSettings = Pick<Settings, 'functionsUrl' | 'project'>;

/**
 * Forwards requests under /functions/v1 to the process that runs edge functions. Rejects those without a
 * valid token first, unless the function's configuration has `verify_jwt = false`.
 * @param timeoutMs how long a function may take until it starts to respond
 */
export function createFunctionsProxy(settings: FunctionsSettings, tokens: AccessTokens, timeoutMs = 150_000) {
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname.slice(prefix.length);
    const name = namePattern.exec(path)?.[1];
    if (name === undefined) return respond(404, 'NOT_FOUND', 'Requested function was not found');
    const mustVerify = settings.project.functions[name]?.verify_jwt ?? true;
    if (mustVerify && request.method !== 'OPTIONS') {
      const refusal = await verifyToken(request, tokens);
      if (refusal) return refusal;
    }
    return forward(request, `${settings.functionsUrl}${path}${url.search}`, timeoutMs);
  };
}

async function verifyToken(request: Request, tokens: AccessTokens): Promise<Response | null> {
  if (!request.headers.has('authorization')) {
    return respond(401, 'UNAUTHORIZED_NO_AUTH_HEADER', 'Missing authorization header');
  }
  const token = getBearerToken(request);
  if (token === null) {
    return respond(401, 'UNAUTHORIZED_INVALID_JWT_FORMAT', 'Auth header is not "Bearer {token}"');
  }
  try {
    await tokens.verify(token);
    return null;
  } catch (error) {
    if (error instanceof TokenError) return respond(401, 'UNAUTHORIZED_INVALID_JWT', 'Invalid JWT');
    throw error;
  }
}

async function forward(request: Request, target: string, timeoutMs: number): Promise<Response> {
  const limited = limitBody(request, bodyBytesMax);
  if (limited.isTooLarge()) return respondTooLarge();
  const answered = new AbortController();
  const timer = setTimeout(() => answered.abort(), timeoutMs);
  try {
    const response = await fetch(target, {
      method: request.method,
      headers: composeHeaders(request),
      body: limited.body,
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, answered.signal]),
      ...(limited.body ? { duplex: 'half' as const } : {}),
    });
    return new Response(response.body, { status: response.status, headers: cleanHeaders(response.headers) });
  } catch {
    if (limited.isTooLarge()) return respondTooLarge();
    if (answered.signal.aborted) {
      const seconds = Math.round(timeoutMs / 1000);
      return respond(504, 'IDLE_TIMEOUT', `The request idle timeout limit (${seconds}s) was reached`);
    }
    return respond(
      503,
      'BOOT_ERROR',
      'Edge functions are not running right now. Try again in a few seconds.',
    );
  } finally {
    clearTimeout(timer);
  }
}

function composeHeaders(request: Request): Headers {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of hopHeaders) headers.delete(name);
  headers.set('x-forwarded-host', url.hostname);
  headers.set('x-forwarded-port', url.port);
  headers.set('x-forwarded-proto', url.protocol.replace(':', ''));
  const clientAddress = '127.0.0.1';
  const earlier = request.headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', earlier === null ? clientAddress : `${earlier}, ${clientAddress}`);
  return headers;
}

// The body arrives decoded, so headers that describe its encoding no longer apply.
function cleanHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding'])
    headers.delete(name);
  if (from.has('content-encoding')) headers.delete('content-length');
  return headers;
}

function respondTooLarge(): Response {
  const message = `The request body is larger than ${bodyBytesMax} bytes`;
  const response = respond(413, 'PAYLOAD_TOO_LARGE', message);
  // The rest of the body is not read, so the connection cannot be reused.
  response.headers.set('connection', 'close');
  return response;
}

function respond(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'sb-error-code': code } });
}
