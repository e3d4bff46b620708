import { z } from 'zod';
import { tiers } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const roleChange = z.object({
  player_id: z.string(),
  discord_user_id: z.string(),
  remove_role_ids: z.array(z.string()),
  add_role_id: z.string().nullable(),
  /** The tier the member has after this step. */
  desired_tier: z.enum(tiers).nullable(),
});

export type RoleChange = z.output<typeof roleChange>;

/**
 * The changes due now in a server, in order. A title is planned for its new holder only when nobody else may
 * still hold it: execute a step, record it, and plan again until nothing is left. For the service.
 */
export async function planRoleChanges(
  client: StoreClient,
  args: { guild_id: string; player_id?: string | null; include_waiting?: boolean },
): Promise<RoleChange[]> {
  return toValue(await client.rpc('plan_role_changes', args), z.array(roleChange));
}
