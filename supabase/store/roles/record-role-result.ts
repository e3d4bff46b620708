import { z } from 'zod';
import type { Tier } from '#domain/leaderboard/vocabulary.ts';
import type { RoleCauseCode, RoleResultState } from '#domain/roles/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Stores Discord's answer to one step of a role plan. For the service. */
export async function recordRoleResult(
  client: StoreClient,
  args: {
    guild_id: string;
    player_id: string;
    discord_user_id?: string;
    state: RoleResultState;
    confirmed_tier: Tier | null;
    cause_code?: RoleCauseCode | null;
    cause?: string | null;
  },
): Promise<void> {
  toValue(await client.rpc('record_role_result', args), z.unknown());
}
