import { z } from 'zod';
import { bulkDecisionSchema } from '#domain/credits/bulk-decision-schema.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const answer = bulkDecisionSchema.extend({
  comment: z.string().nullable(),
  decided_by: z.string(),
  decided_by_name: z.string(),
  source: z.string(),
  created_at: z.string(),
});

/** A bulk decision with its results, each with its request as it is now; null unless the caller may see it. */
export async function getBulkDecision(client: StoreClient, args: { bulk_id: string }) {
  return toValue(await client.rpc('get_bulk_decision', args), answer.nullable());
}
