import { createMiddleware } from 'hono/factory';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import { findApiKey, readApiKey } from '../_shared/find-api-key.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ProblemError } from './problem.ts';

/** Finds out who calls. A key that is sent must be valid; no key at all means the public. */
export const authenticate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const key = readApiKey(context.req.raw.headers);
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
