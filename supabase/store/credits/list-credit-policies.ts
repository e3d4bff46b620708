import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type CreditPolicy, creditPolicySchema } from './credit-policy-schema.ts';

/** What may be requested of each credit type. */
export async function listCreditPolicies(client: StoreClient): Promise<CreditPolicy[]> {
  return toValue(
    await client.from('credit_policies').select().order('credit_type'),
    z.array(creditPolicySchema),
  );
}
