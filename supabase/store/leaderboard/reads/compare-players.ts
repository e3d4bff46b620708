import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PlayerComparison, sideBySideSchema } from './player-comparison-schema.ts';

/**
 * Two players side by side: standings, who leads on this and every other board, by how much and since when,
 * and points by metric. Refused: board_not_found; not_comparable if a player does not exist or is not visible
 * to the caller.
 */
export async function comparePlayers(
  client: StoreClient,
  args: { board: string; player_ids: readonly [string, string] },
): Promise<Outcome<PlayerComparison>> {
  return toOutcome(await client.rpc('compare_players', args), sideBySideSchema);
}
