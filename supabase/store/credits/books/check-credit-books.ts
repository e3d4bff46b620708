import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { bookCheckSchema } from './book-check-schema.ts';

/** Verifies the whole ledger now and stores the result; for admins. Refused: admin_only, rate_limited. */
export async function checkCreditBooks(
  client: StoreClient,
  args: { acting_player_id?: string; source?: Source } = {},
) {
  return toOutcome(await client.rpc('check_credit_books', args), bookCheckSchema);
}
