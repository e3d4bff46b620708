import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const auditEntry = z.object({
  id: z.string(),
  occurred_at: z.string(),
  action: z.string(),
  subject: z.string(),
  subject_id: z.string().nullable(),
  actor_id: z.string().nullable(),
  actor_name: z.string().nullable(),
  source: z.string(),
  /** Usually an object of the fields that an act changed. */
  before: z.unknown(),
  after: z.unknown(),
});

/** One entry of the audit log. */
export type AuditEntry = z.output<typeof auditEntry>;

/** What was done to and by a player, newest first; empty unless the caller is an admin. */
export async function listPlayerAudit(
  client: StoreClient,
  args: { player_id: string; before?: string; max_rows?: number },
) {
  return toValue(await client.rpc('list_player_audit', args), z.array(auditEntry));
}
