import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { policyValuesSchema, policyVersionSchema } from './credit-policy-schema.ts';

const listedVersionSchema = policyVersionSchema.extend({
  /** The fields that differ from the version before; null for the first. */
  changed: z.array(policyValuesSchema.keyof()).nullable(),
  before: policyValuesSchema.nullable(),
  state: z.enum(['planned', 'in_force', 'past']),
});

export type ListedVersion = z.output<typeof listedVersionSchema>;

/** Every version of one policy, planned ones first, then backwards. For managers and the service. */
export async function listPolicyVersions(
  client: StoreClient,
  args: { credit_type: string; group_id?: string },
): Promise<ListedVersion[]> {
  return toValue(await client.rpc('list_policy_versions', args), z.array(listedVersionSchema));
}
