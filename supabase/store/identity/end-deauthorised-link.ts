import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ player_id: z.string().nullable(), has_ended: z.boolean() });

/**
 * Ends the link of a Discord account whose owner withdrew our access, unless they consented again since
 * `deauthorised_at`. For the service.
 */
export async function endDeauthorisedLink(
  client: StoreClient,
  args: { discord_user_id: string; deauthorised_at?: string },
) {
  return toValue(await client.rpc('end_deauthorised_link', args), answer);
}
