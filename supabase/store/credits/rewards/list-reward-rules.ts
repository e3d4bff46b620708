import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { rewardRuleSchema } from './reward-rule-schema.ts';

const boards = z.array(
  z.object({
    board: z.string(),
    board_name: z.string(),
    current: rewardRuleSchema.nullable(),
    versions: z.array(rewardRuleSchema),
    period_ends_at: z.string().nullable(),
  }),
);

/** Boards whose periods end, with their rewards; for managers. */
export async function listRewardRules(client: StoreClient) {
  return toValue(await client.rpc('list_reward_rules'), boards);
}
