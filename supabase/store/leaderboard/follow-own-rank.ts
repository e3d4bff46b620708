import { z } from 'zod';
import type { Outcome } from '#domain/refusal.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ player_id: z.uuid(), follows_rank: z.boolean() });

export type RankSubscription = z.output<typeof answer>;

/**
 * Subscribes the caller's player, or for the service `acting_player_id`, to events about their own rank, or ends it.
 * Repeating it changes nothing.
 */
export async function followOwnRank(
  client: StoreClient,
  args: { follow: boolean; acting_player_id?: string },
): Promise<Outcome<RankSubscription>> {
  return toOutcome(await client.rpc('follow_own_rank', args), answer);
}
