import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ discord_user_id: z.string().nullable() });

/** Ends the caller's link; the value is the Discord account it was, null when there was none. */
export async function unlinkDiscord(
  client: StoreClient,
  args: { acting_player_id?: string; source?: string } = {},
) {
  return toOutcome(await client.rpc('unlink_discord', args), answer);
}
