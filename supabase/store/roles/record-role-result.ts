import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Keeps what Discord said about one step of a role plan. For the service. */
export async function recordRoleResult(
  client: StoreClient,
  args: {
    guild_id: string;
    player_id: string;
    discord_user_id?: string;
    state: 'confirmed' | 'waiting' | 'failed';
    confirmed_tier: string | null;
    cause_code?: string | null;
    cause?: string | null;
  },
): Promise<void> {
  toValue(await client.rpc('record_role_result', args), z.unknown());
}
