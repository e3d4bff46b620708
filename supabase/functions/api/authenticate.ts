import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ApiScope } from '#domain/integrations/api-scopes.ts';
import type { Source } from '#domain/platform/sources.ts';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import { type ApiKey, findApiKey, readApiKey } from '../_shared/find-api-key.ts';
import { ProblemError } from '../_shared/problem.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { countForAddress, refuseCrowdedAddress } from './limit-rate.ts';

/** The problem of an invalid key. It counts towards the address, because guessing would otherwise be free. */
async function refuseKey(headers: Headers): Promise<ProblemError> {
  const left = await countForAddress(headers);
  return new ProblemError(
    {
      status: 401,
      code: 'api_key_invalid',
      title: 'This API key is not valid.',
      detail: 'It may have been revoked or have expired. Create a new one in Admin → API keys.',
    },
    { ...left, 'www-authenticate': 'Bearer error="invalid_token"' },
  );
}

/** Identifies the caller. A key must be valid if sent; no key means the public. */
export const authenticate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const { headers } = context.req.raw;
  const key = readApiKey(headers);
  const apiKey = key ? await findApiKey(key, () => refuseCrowdedAddress(headers)) : null;
  if (key && !apiKey) throw await refuseKey(headers);
  context.set('apiKey', apiKey);
  context.set('reader', apiKey?.scopes.includes('players:read') ? getStore() : getPublicStore());
  await next();
});

/** The key that `requireScope` accepted. */
export function getScopedKey(context: Context<ApiEnvironment>): ApiKey {
  const apiKey = context.get('apiKey');
  if (!apiKey) throw new TypeError('the scope was checked without a key');
  return apiKey;
}

/** The audit source of a change over REST: `api:` and the name of the key. For routes behind `requireScope`. */
export function nameSource(context: Context<ApiEnvironment>): Source {
  return `api:${getScopedKey(context).name}`;
}

/** Accepts only keys with this scope. */
export function requireScope(scope: ApiScope) {
  return createMiddleware<ApiEnvironment>(async (context, next) => {
    const apiKey = context.get('apiKey');
    if (!apiKey) {
      throw new ProblemError(
        {
          status: 401,
          code: 'api_key_missing',
          title: 'This request needs an API key.',
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
        detail: 'Create a key with this scope in Admin → API keys.',
      });
    }
    await next();
  });
}
