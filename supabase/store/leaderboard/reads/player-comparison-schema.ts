import { z } from 'zod';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';

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
