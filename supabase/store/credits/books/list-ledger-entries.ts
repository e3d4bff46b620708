import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { ledgerPageSchema } from './ledger-page-schema.ts';

/** Changes of a player's balances, newest first; `before` takes the `next_cursor` of the previous page. */
export async function listLedgerEntries(
  client: StoreClient,
  args: { player_id?: string; credit_type?: string; max_rows?: number; before?: string } = {},
) {
  return toValue(await client.rpc('get_credit_ledger', args), ledgerPageSchema);
}
