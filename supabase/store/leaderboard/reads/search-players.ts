import { z } from 'zod';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/** A player found by name, with their standing on the requested board if there is one. */
export interface FoundPlayer {
  player_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  standing: Standing | null;
}

const found = z.array(
  z.object({
    player_id: z.uuid(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    standing: standingSchema.nullable(),
  }),
) satisfies z.ZodType<FoundPlayer[]>;

/**
 * Public players by name, ignoring case and accents: exact matches first, then names that start with the
 * text, then names whose second or last word does.
 */
export async function searchPlayers(
  client: StoreClient,
  args: { query: string; board?: string; max_rows?: number },
): Promise<FoundPlayer[]> {
  return toValue(await client.rpc('search_players', args), found);
}
