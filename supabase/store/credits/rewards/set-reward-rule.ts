import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { rewardRuleSchema } from './reward-rule-schema.ts';

/** Adds a version of the rewards of a board; for admins. Refused: prize_invalid, reward_too_late … */
export async function setRewardRule(
  client: StoreClient,
  args: { board: string; prizes: Record<string, string | number>[]; begins: 'current' | 'next' },
) {
  return toOutcome(await client.rpc('set_reward_rule', args), rewardRuleSchema);
}
