import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { transferDetailSchema } from './ledger-transfer-schema.ts';

/** One transfer with its entries and all that belongs to it; null if the caller may not see it. */
export async function getCreditTransfer(client: StoreClient, args: { transfer_id: string }) {
  return toValue(await client.rpc('get_credit_transfer', args), transferDetailSchema.nullable());
}
