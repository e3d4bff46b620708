import { createMiddleware } from 'hono/factory';
import { verifyApiKey } from '#store/platform/verify-api-key.ts';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import type { ApiEnvironment, ApiKey } from './api-environment.ts';
import { ProblemError } from './problem.ts';

/** A revoked key works at most this much longer. */
const keyKeptMs = 10_000;
const keptCountMax = 1_000;
const keyPattern = /^dsk_[\w-]{8,200}$/;
const kept = new Map<string, { apiKey: ApiKey; untilMs: number }>();

/** The key in `Authorization: Bearer dsk_…` or `apikey: dsk_…`. Supabase's own keys there are not ours. */
function readKey(headers: Headers): string | null {
  const bearer = headers.get('authorization')?.match(/^Bearer\s+(\S+)$/i)?.[1];
  return [bearer, headers.get('apikey')].find((value) => value?.startsWith('dsk_')) ?? null;
}

async function findApiKey(key: string): Promise<ApiKey | null> {
  const nowMs = Date.now();
  const known = kept.get(key);
  if (known && known.untilMs > nowMs) return known.apiKey;
  const apiKey = keyPattern.test(key) ? await verifyApiKey(getStore(), { key }) : null;
  if (kept.size >= keptCountMax) kept.clear();
  if (apiKey) kept.set(key, { apiKey, untilMs: nowMs + keyKeptMs });
  else kept.delete(key);
  return apiKey;
}

/** Finds out who calls. A key that is sent must be valid; no key at all means the public. */
export const authenticate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const key = readKey(context.req.raw.headers);
  const apiKey = key ? await findApiKey(key) : null;
  if (key && !apiKey) {
    throw new ProblemError(
      {
        status: 401,
        code: 'api_key_invalid',
        title: 'This API key is not valid.',
        detail: 'It may have been revoked or have expired: make another one in Admin → API keys.',
      },
      { 'www-authenticate': 'Bearer error="invalid_token"' },
    );
  }
  context.set('apiKey', apiKey);
  context.set('reader', apiKey?.scopes.includes('players:read') ? getStore() : getPublicStore());
  await next();
});

/** Lets only keys with this scope pass. */
export function requireScope(scope: string) {
  return createMiddleware<ApiEnvironment>(async (context, next) => {
    const apiKey = context.get('apiKey');
    if (!apiKey) {
      throw new ProblemError(
        {
          status: 401,
          code: 'api_key_missing',
          title: 'This needs an API key.',
          detail: `Send "Authorization: Bearer dsk_…" with a key that has the scope ${scope}.`,
        },
        { 'www-authenticate': 'Bearer' },
      );
    }
    if (!apiKey.scopes.includes(scope)) {
      throw new ProblemError({
        status: 403,
        code: 'scope_missing',
        title: `The key "${apiKey.name}" does not have the scope ${scope}.`,
        detail: 'Make a key with this scope in Admin → API keys.',
      });
    }
    await next();
  });
}
