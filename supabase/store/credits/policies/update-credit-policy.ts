import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PolicyValues, policyVersionSchema } from './credit-policy-schema.ts';

/**
 * Adds a version of a policy with these fields changed, effective now or later. Refused: not_admin,
 * policy_changed (names who changed it meanwhile), policy_unchanged, policy_invalid, group_not_found …
 */
export async function updateCreditPolicy(
  client: StoreClient,
  args: {
    credit_type: string;
    changes: Partial<PolicyValues>;
    base_version: number;
    group_id?: string;
    effective_from?: string;
    idempotency_key?: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('update_credit_policy', args), policyVersionSchema);
}
