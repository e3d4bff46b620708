import * as z from 'zod/mini';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import type { MovementExplanation } from '#store/leaderboard/reads/movement-explanation-schema.ts';

const place = z.object({
  version: z.nullable(z.int()),
  as_of: z.nullable(z.string()),
  position: z.nullable(z.int()),
  rank: z.nullable(z.int()),
  is_tied: z.nullable(z.boolean()),
  score: z.nullable(z.number()),
});

const passing = z.object({
  count: z.int(),
  is_complete: z.boolean(),
  players: z.array(
    z.object({
      display_name: z.string(),
      username: z.nullable(z.string()),
      position_before: z.nullable(z.int()),
      position: z.int(),
      score: z.number(),
      points: z.number(),
    }),
  ),
});

const answer = z.object({
  since: place,
  now: place,
  events: z.array(
    z.object({
      event_id: z.number(),
      metric: z.string(),
      units: z.number(),
      points: z.number(),
      occurred_at: z.string(),
      is_void: z.boolean(),
    }),
  ),
  passed_by: passing,
  passed: passing,
});

/** Fetches the explanation of a move from the site's own server. Browser only. */
export async function readMovement({
  board,
  movement,
  player_id,
}: {
  board: string;
  movement: MovementWindow;
  player_id: string;
}): Promise<MovementExplanation> {
  const response = await fetch(`/movement?${new URLSearchParams({ board, movement, player: player_id })}`);
  if (!response.ok) throw new Error(`The reason was answered with ${response.status}.`);
  return answer.parse(await response.json());
}
