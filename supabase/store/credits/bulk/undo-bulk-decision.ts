import { z } from 'zod';
import { bulkDecisionSchema } from '#domain/credits/bulk-decision-schema.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const answer = bulkDecisionSchema.extend({ replayed: z.boolean() });

/**
 * Within ten minutes, takes back what a bulk decision paid; `is_undone` and `undo_refusal` of each result state
 * the outcome. Refused: manager_only, bulk_not_found, not_your_decision, undo_too_late …
 */
export async function undoBulkDecision(
  client: StoreClient,
  args: { bulk_id: string; idempotency_key: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('undo_bulk_decision', args), answer);
}
