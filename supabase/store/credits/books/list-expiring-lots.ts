import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { expiringLotSchema } from './ledger-transfer-schema.ts';

const page = z.object({ rows: z.array(expiringLotSchema), next_cursor: z.string().nullable() });

/** Grants of which something is left that expires within so many days, soonest first. */
export async function listExpiringLots(
  client: StoreClient,
  args: {
    within_days?: number;
    credit_type?: string;
    player?: string;
    after?: string;
    max_rows?: number;
  } = {},
) {
  return toValue(await client.rpc('list_expiring_lots', args), page);
}
