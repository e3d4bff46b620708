import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { grantedListSchema } from './granted-list-schema.ts';

/**
 * Grants a list in one transaction, all or nothing, or previews it; a result for each line. For admins.
 * Refused: admin_only, list_invalid, rate_limited.
 */
export async function grantCreditsToList(
  client: StoreClient,
  args: { lines: Record<string, string | number>[]; is_preview: boolean; idempotency_key: string },
): Promise<ReturnType<typeof toOutcome<typeof grantedListSchema>>> {
  return toOutcome(await client.rpc('grant_credits_to_list', args), grantedListSchema);
}
