import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { ledgerTransferSchema } from './ledger-transfer-schema.ts';

const page = z.object({ rows: z.array(ledgerTransferSchema), next_cursor: z.string().nullable() });

export interface TransferFilters {
  /** A username. */
  player?: string;
  credit_type?: string;
  kind?: string;
  amount_min?: number;
  amount_max?: number;
  since?: string;
  until?: string;
  /** A username, `api` for any key, or `system`. */
  actor?: string;
  /** A part of the reason. */
  reason?: string;
}

/** The transfers that the caller may see; `after` takes the `next_cursor` of the previous page. */
export async function listCreditTransfers(
  client: StoreClient,
  args: TransferFilters & {
    sort_by?: string;
    is_descending?: boolean;
    after?: string;
    max_rows?: number;
  } = {},
) {
  return toValue(await client.rpc('list_credit_transfers', args), page);
}
