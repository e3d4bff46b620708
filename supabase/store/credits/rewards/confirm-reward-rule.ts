import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { rewardRuleSchema } from './reward-rule-schema.ts';

/** Makes a waiting version effective. Refused: own_reward_rule, reward_rule_confirmed, reward_too_late … */
export async function confirmRewardRule(client: StoreClient, args: { rule_id: number }) {
  return toOutcome(await client.rpc('confirm_reward_rule', args), rewardRuleSchema);
}
