import type { Context } from 'hono';
import type { ApiEnvironment } from './api-environment.ts';
import { getScopedKey } from './authenticate.ts';

/**
 * The audit source of a change over REST: `api:` and the name of the key. For routes behind `requireScope`.
 */
export function nameSource(context: Context<ApiEnvironment>): string {
  return `api:${getScopedKey(context).name}`;
}
