import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type CreditPolicy, creditPolicySchema } from './list-credit-policies.ts';

/** Changes the given fields of a policy; admins only. Refused: admin_only, policy_invalid. */
export async function updateCreditPolicy(
  client: StoreClient,
  args: {
    credit_type: string;
    changes: Partial<Omit<CreditPolicy, 'credit_type' | 'updated_at'>>;
    acting_player_id?: string;
    source?: string;
  },
) {
  return toOutcome(await client.rpc('update_credit_policy', args), creditPolicySchema);
}
