import { z } from 'zod';
import { log } from '../../process/log.ts';
import type { Queryable } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { toJson } from './users/users.ts';

const hookTimeoutMs = 2000;

const refusalSchema = z.object({
  error: z.object({ http_code: z.number().int().optional(), message: z.string().min(1) }),
});

/**
 * Calls a function of the project in the caller's transaction as supabase_auth_admin, like hosted Auth: its
 * grants decide what it may read. Throws the hook's refusal.
 */
export async function runHook<Answer>(
  sql: Queryable,
  uri: string,
  event: unknown,
  answerSchema: z.ZodType<Answer>,
): Promise<Answer> {
  const [schema = '', name = ''] = uri.split('/').slice(3);
  let rows: { result: unknown }[];
  try {
    await sql`select set_config('statement_timeout', ${String(hookTimeoutMs)}, true)`;
    rows = await sql<{ result: unknown }[]>`
      select ${sql(schema)}.${sql(name)}(${sql.json(toJson(event))}) as result`;
  } catch (cause) {
    log('error', `The hook ${uri} failed.`, { error: cause });
    throw new AuthError(500, 'unexpected_failure', `Error running hook URI: ${uri}`);
  }
  const refusal = refusalSchema.safeParse(rows[0]?.result);
  if (refusal.success) throw refuseByHook(refusal.data.error);
  const answer = answerSchema.safeParse(rows[0]?.result);
  if (answer.success) return answer.data;
  log('error', `The hook ${uri} gave an answer of another form.`, {
    error: z.prettifyError(answer.error),
  });
  throw new AuthError(500, 'unexpected_failure', 'output claims do not conform to the expected schema');
}

function refuseByHook({
  http_code: status,
  message,
}: {
  http_code?: number | undefined;
  message: string;
}): AuthError {
  if (
    status === 400 ||
    status === 401 ||
    status === 403 ||
    status === 404 ||
    status === 422 ||
    status === 429
  ) {
    return new AuthError(status, 'hook_refused', message);
  }
  return new AuthError(500, 'unexpected_failure', message);
}
