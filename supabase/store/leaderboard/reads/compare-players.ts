import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { standingSchema } from './standing-schema.ts';

/** Values of a pair: for the first and for the second player. */
const pair = <Item extends z.ZodType>(item: Item) => z.tuple([item, item]);

const comparison = z.object({
  board: z.string(),
  name: z.string(),
  positions: pair(z.number().int().nullable()),
  ranks: pair(z.object({ rank: z.number().int(), is_tied: z.boolean() }).nullable()),
  scores: pair(z.number().int().nullable()),
  /** Null if neither is on the board. */
  leader_player_id: z.uuid().nullable(),
  lead_points: z.number().int(),
  leads_since: z.string().nullable(),
});

export const sideBySideSchema = z.object({
  players: pair(
    z.object({
      player_id: z.uuid(),
      username: z.string(),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
      standing: standingSchema.nullable(),
    }),
  ),
  comparison,
  boards: z.array(comparison),
  metrics: z.array(z.object({ metric: z.string(), points: pair(z.number()), units: pair(z.number()) })),
});

export type PlayerComparison = z.output<typeof sideBySideSchema>;

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
