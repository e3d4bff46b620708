import { error } from '@sveltejs/kit';
import { toStorable } from '#domain/text/storable-text.ts';
import { parseBoardQuery } from '#lib/board/board-query.ts';
import { explainMovement } from '#store/leaderboard/explain-movement.ts';
import { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/get-rank-history.ts';
import { ifFound } from '#store/leaderboard/if-found.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ params, locals, url, depends }) => {
  depends('app:player');
  const { board, movement } = parseBoardQuery(url.searchParams);
  const { supabase } = locals;
  const stats = await getPlayerStats(supabase, { username: toStorable(params.username.toLowerCase()) });
  if (!stats) {
    error(
      404,
      `There is no player “${params.username}”, or they chose not to be shown. Find players on the leaderboard.`,
    );
  }
  const [history, why] = await Promise.all([
    // The player is there, whatever board the address names.
    ifFound(getRankHistory(supabase, { board, player_ids: [stats.player_id], since: 'week' })),
    ifFound(explainMovement(supabase, { board, player_id: stats.player_id, since: movement })),
  ]);
  return { stats, board, movement, history: history ?? [], why, now_ms: Date.now() };
};
