import type { Context } from 'hono';
import type { z } from 'zod';
import type { Outcome } from '#domain/refusal.ts';
import { getStore } from '../_shared/create-store.ts';
import { answerOnce } from './answer-once.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { nameSource } from './name-source.ts';
import { toProblemError } from './problem.ts';

/**
 * Runs a command of a key, at most once per Idempotency-Key, and gives what it made; a refusal is thrown as a problem.
 * The command is told what source to name in the audit log. For routes behind `requireScope`.
 */
export async function serveCommand<T extends object>(
  context: Context<ApiEnvironment>,
  schema: z.ZodType<T>,
  command: (source: string) => Promise<Outcome<T>>,
): Promise<T> {
  const apiKey = context.get('apiKey');
  if (!apiKey) throw new TypeError('the scope was checked without a key');
  const once = {
    api_key_id: apiKey.id,
    idempotency_key: context.req.header('idempotency-key'),
    fingerprint: `${context.req.method} ${context.req.path} ${await context.req.text()}`,
  };
  const { body, replayed } = await answerOnce(getStore(), once, schema, async () => {
    const outcome = await command(nameSource(context));
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return outcome.value;
  });
  if (replayed) context.header('idempotency-replayed', 'true');
  return body;
}
