import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { rewardWinnerSchema } from './reward-winner-schema.ts';

/** Who would get what if the current period of a board ended now; for managers. */
export async function previewRewards(client: StoreClient, args: { board: string }) {
  return toValue(await client.rpc('preview_rewards', args), z.array(rewardWinnerSchema));
}
