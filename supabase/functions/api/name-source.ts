import type { Context } from 'hono';
import type { ApiEnvironment } from './api-environment.ts';

/** What the audit log says of where a change came from: REST, and whose key. For routes behind `requireScope`. */
export function nameSource(context: Context<ApiEnvironment>): string {
  const apiKey = context.get('apiKey');
  if (!apiKey) throw new TypeError('the scope was checked without a key');
  return `api:${apiKey.name}`;
}
