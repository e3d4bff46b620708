import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { rewardPayoutSchema } from './reward-winner-schema.ts';

const page = z.object({ rows: z.array(rewardPayoutSchema), next_cursor: z.string().nullable() });

/** What players got at the end of past periods, newest period first; for managers. */
export async function listRewardPayouts(
  client: StoreClient,
  args: { board?: string; after?: string; max_rows?: number } = {},
) {
  return toValue(await client.rpc('list_reward_payouts', args), page);
}
