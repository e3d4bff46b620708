import type { z } from '@hono/zod-openapi';
import { keepApiAnswer } from '#store/integrations/keep-api-answer.ts';
import { recallApiAnswer } from '#store/integrations/recall-api-answer.ts';
import type { StoreClient } from '#store/store-client.ts';
import { hashText } from './hash-text.ts';
import { ProblemError, toProblemError } from './problem.ts';

export interface OnceRequest {
  api_key_id: string;
  /** Header Idempotency-Key; undefined = not wanted. */
  idempotency_key: string | undefined;
  /** All that makes the request what it is: method, path and body. */
  fingerprint: string;
}

/**
 * Serves a request at most once per Idempotency-Key: the same key again gets the first answer, the same key with
 * another request is refused (409). Keys live 24 hours. `serve` itself must be harmless to repeat: it is called again
 * after a crash before the answer was kept, and by each of several requests at the same time. It is given a name of
 * this request, under which a command can be remembered in the transaction that runs it.
 */
export async function answerOnce<T extends object>(
  store: StoreClient,
  { api_key_id, idempotency_key, fingerprint }: OnceRequest,
  schema: z.ZodType<T>,
  serve: (commandKey: string | undefined) => Promise<T>,
): Promise<{ body: T; replayed: boolean }> {
  if (idempotency_key === undefined) return { body: await serve(undefined), replayed: false };
  if (!/^[\x20-\x7e]{1,200}$/.test(idempotency_key)) {
    const detail = 'Send a random string of up to 200 printable ASCII characters, such as a UUID.';
    throw new ProblemError({
      status: 400,
      code: 'idempotency_key_invalid',
      title: 'The Idempotency-Key is not valid.',
      detail,
    });
  }
  const request_hash = await hashText(fingerprint);
  const recalled = await recallApiAnswer(store, { api_key_id, idempotency_key, request_hash });
  if (!recalled.ok) throw toProblemError(recalled.refusal);
  if (recalled.value) return { body: schema.parse(recalled.value.body), replayed: true };
  const body = await serve(await hashText(`${api_key_id} ${idempotency_key} ${request_hash}`));
  await keepApiAnswer(store, { api_key_id, idempotency_key, status: 200, body });
  return { body, replayed: false };
}
