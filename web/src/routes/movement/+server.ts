import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { explainMovement } from '#store/leaderboard/reads/explain-movement.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import type { RequestHandler } from './$types.js';

/** Explains a player's move on a board: `?player=` (an id), and optionally `?board=` and `?movement=`. */
export const GET: RequestHandler = async ({ url, locals }) => {
  const { board, movement } = parseBoardQuery(url.searchParams);
  const player_id = z.uuid().safeParse(url.searchParams.get('player')).data;
  const why =
    player_id &&
    (await ifFound(explainMovement(locals.supabase, { board, player_id, since: movement, max_rows: 5 })));
  if (!why) error(404, 'This player is not on the board, or hides their identity.');
  return Response.json(why, { headers: { 'cache-control': 'private, no-store' } });
};
