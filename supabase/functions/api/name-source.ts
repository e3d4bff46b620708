import type { Context } from 'hono';
import type { Source } from '#domain/platform/sources.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { getScopedKey } from './authenticate.ts';

/** What the audit log says of where a change came from: REST, and whose key. For routes behind `requireScope`. */
export function nameSource(context: Context<ApiEnvironment>): Source {
  return `api:${getScopedKey(context).name}`;
}
