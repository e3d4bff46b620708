import { z } from 'zod';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { creditDecisionSchema, creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  request: creditRequestSchema,
  decision: creditDecisionSchema,
  balances: creditBalancesSchema,
  replayed: z.boolean(),
});

/**
 * Approves or rejects a request; an approval pays at once. A request that needs two approvers stays pending
 * after the first. Refused: manager_only, own_request, request_already_decided (names the approver),
 * request_expired …
 */
export async function decideCreditRequest(
  client: StoreClient,
  args: {
    request_id: string;
    decision: Decision;
    comment: string | null;
    idempotency_key: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('decide_credit_request', args), answer);
}
