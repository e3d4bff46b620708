import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PolicyProblem, policyProblemSchema } from './policy-problem-schema.ts';

/** Problems of the policies in force, of delegations and of groups. For managers and the service. */
export async function lintCreditPolicies(client: StoreClient): Promise<PolicyProblem[]> {
  return toValue(await client.rpc('lint_credit_policies'), z.array(policyProblemSchema));
}
