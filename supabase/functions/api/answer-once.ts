import type { z } from '@hono/zod-openapi';
import { keepApiAnswer } from '#store/integrations/keep-api-answer.ts';
import { recallApiAnswer } from '#store/integrations/recall-api-answer.ts';
import type { StoreClient } from '#store/store-client.ts';
import { ProblemError, toProblemError } from '../_shared/problem.ts';
import { hashText } from './hash-text.ts';

export interface OnceRequest {
  api_key_id: string;
  /** The Idempotency-Key header; undefined = not requested. */
  idempotency_key: string | undefined;
  /** Reads everything that identifies the request: method, path and body. Called only if there is a key. */
  readFingerprint: () => Promise<string>;
}

/**
 * Serves a request at most once per Idempotency-Key: the same request gets the first answer again, another
 * request with the same key is refused (409). Keys are kept for 24 hours. `serve` itself must be idempotent:
 * it runs again if a crash prevented storing the answer, and once for each of several concurrent requests.
 * Its argument identifies this request, so a command can store it in its own transaction.
 */
export async function answerOnce<T extends object>(
  store: StoreClient,
  { api_key_id, idempotency_key, readFingerprint }: OnceRequest,
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
  const requestHash = await hashText(await readFingerprint());
  const recalled = await recallApiAnswer(store, { api_key_id, idempotency_key, request_hash: requestHash });
  if (!recalled.ok) throw toProblemError(recalled.refusal);
  if (recalled.value) return { body: schema.parse(recalled.value.body), replayed: true };
  const body = await serve(await hashText(`${api_key_id} ${idempotency_key} ${requestHash}`));
  await keepApiAnswer(store, { api_key_id, idempotency_key, status: 200, body });
  return { body, replayed: false };
}
