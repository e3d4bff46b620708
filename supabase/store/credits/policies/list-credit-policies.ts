import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type CreditPolicy, creditPolicySchema } from './credit-policy-schema.ts';

/**
 * The policies in force: of each credit type that of everybody, then those of groups in their order. For
 * managers and the service; what a player may request is in `getRequestLimits`.
 */
export async function listCreditPolicies(client: StoreClient): Promise<CreditPolicy[]> {
  return toValue(await client.rpc('list_credit_policies'), z.array(creditPolicySchema));
}
