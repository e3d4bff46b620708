import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  is_intact: z.boolean(),
  checked: z.number().int(),
  first_broken_position: z.number().int().nullable(),
  reason: z.string().nullable(),
  head: z.string().nullable(),
});

/** Recomputes every seal of the audit log. A `head` kept elsewhere also shows a cut tail. For the service. */
export async function verifyAuditChain(client: StoreClient) {
  return toValue(await client.rpc('verify_audit_chain'), answer);
}
