import { z } from 'zod';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const player = z.object({
  id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  is_ranked: z.boolean(),
  left_at: z.string().nullable(),
  created_at: z.string(),
  created: z.boolean(),
});

/**
 * Creates a player or updates the given fields; absent and null keep the current value. Role, account and
 * visibility cannot be set. Refused: username_invalid, username_taken, display_name_invalid,
 * privileged_player. For the service.
 */
export async function upsertPlayer(
  client: StoreClient,
  args: {
    player_id: string;
    username: string;
    display_name: string;
    avatar_url?: string | null;
    is_ranked?: boolean | null;
    has_left?: boolean | null;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('upsert_player', args), player);
}
