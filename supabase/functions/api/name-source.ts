import type { Context } from 'hono';
import type { Source } from '#domain/platform/sources.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { getScopedKey } from './authenticate.ts';

/** The audit source of a change over REST: `api:` and the name of the key. For routes behind `requireScope`. */
export function nameSource(context: Context<ApiEnvironment>): Source {
  return `api:${getScopedKey(context).name}`;
}
