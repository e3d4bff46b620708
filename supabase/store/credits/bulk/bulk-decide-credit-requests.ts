import { z } from 'zod';
import { bulkDecisionSchema, itemRefusalSchema } from '#domain/credits/bulk-decision-schema.ts';
import type { BulkMode, Decision } from '#domain/credits/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const decided = bulkDecisionSchema.extend({ replayed: z.boolean() });
const answer = z.union([z.object({ refusal: itemRefusalSchema }), decided]);

/**
 * Decides up to 1,000 requests, each by the rules of a single decision. A preview does the same and changes
 * nothing. Results of single requests carry their refusals; the whole is refused for manager_only,
 * mode_invalid, requests_missing, batch_too_large, rate_limited …
 */
export async function bulkDecideCreditRequests(
  client: StoreClient,
  args: {
    request_ids: string[];
    decision: Decision;
    comment: string | null;
    mode: BulkMode;
    /** A preview needs none. */
    idempotency_key: string | null;
    is_preview?: boolean;
    acting_player_id?: string;
    source?: Source;
  },
): Promise<Outcome<z.output<typeof decided>>> {
  const outcome = toOutcome(await client.rpc('bulk_decide_credit_requests', args), answer);
  if (!outcome.ok) return outcome;
  // A refusal for lack of a right is returned as an answer, because it is stored in the audit log.
  return 'refusal' in outcome.value
    ? { ok: false, refusal: outcome.value.refusal }
    : { ok: true, value: outcome.value };
}
