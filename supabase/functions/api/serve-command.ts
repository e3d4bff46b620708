import type { Context } from 'hono';
import type { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { getStore } from '../_shared/create-store.ts';
import { toProblemError } from '../_shared/problem.ts';
import { answerOnce } from './answer-once.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { getScopedKey, nameSource } from './authenticate.ts';

/** What a command knows about the request it serves. */
export interface CommandOrigin {
  /** For the audit log. */
  source: Source;
  /** Identifies the request, if repeating the command would have a second effect. */
  idempotency_key: string | undefined;
}

/**
 * Runs a command for a key, at most once per Idempotency-Key, and returns its result; a refusal is thrown as
 * a problem. For routes behind `requireScope`.
 */
export async function serveCommand<T extends object>(
  context: Context<ApiEnvironment>,
  schema: z.ZodType<T>,
  command: (origin: CommandOrigin) => Promise<Outcome<T & { replayed?: boolean }>>,
): Promise<T> {
  const { req } = context;
  const once = {
    api_key_id: getScopedKey(context).id,
    idempotency_key: req.header('idempotency-key'),
    readFingerprint: async () => `${req.method} ${req.path} ${await req.text()}`,
  };
  let wasDone = false;
  const { body, replayed } = await answerOnce(getStore(), once, schema, async (idempotencyKey) => {
    const outcome = await command({ source: nameSource(context), idempotency_key: idempotencyKey });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    wasDone = outcome.value.replayed === true;
    return schema.parse(outcome.value);
  });
  if (replayed || wasDone) context.header('idempotency-replayed', 'true');
  return body;
}
