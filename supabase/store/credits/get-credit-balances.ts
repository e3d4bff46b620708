import type { CreditBalances } from '#domain/credits/credit-balances.ts';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** The caller's balances, or those of the given player for managers and the service. */
export async function getCreditBalances(
  client: StoreClient,
  args: { player_id?: string } = {},
): Promise<CreditBalances> {
  return toValue(await client.rpc('get_credit_balances', args), creditBalancesSchema);
}
