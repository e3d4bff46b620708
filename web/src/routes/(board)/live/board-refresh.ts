import * as z from 'zod/mini';
import { tiers } from '#domain/leaderboard/vocabulary.ts';

/** A changed standing in a message. The board's own reads are validated where they are made. */
const standing = z.object({
  player_id: z.string(),
  username: z.nullable(z.string()),
  display_name: z.string(),
  avatar_url: z.nullable(z.string()),
  position: z.int(),
  rank: z.int(),
  score: z.number(),
  reached_at: z.string(),
  tier: z.nullable(z.enum(tiers)),
  movement: z.nullable(z.int()),
  is_anonymous: z.boolean(),
  is_tied: z.boolean(),
});

const boardRefresh = z.object({
  board: z.string(),
  period_id: z.number(),
  version: z.number(),
  previous_version: z.number(),
  as_of: z.string(),
  player_count: z.int(),
  titles_due_at: z.nullable(z.array(z.nullable(z.string()))),
  changes: z.array(standing),
  removed: z.array(z.string()),
});

/** One refresh of a board: what changed among its visible top since the previous version. */
export type BoardRefresh = z.infer<typeof boardRefresh>;

/** Parses a message from the board's channel; null if it is not one, which means: reread the page. */
export function parseBoardRefresh(payload: unknown): BoardRefresh | null {
  return boardRefresh.safeParse(payload).data ?? null;
}
