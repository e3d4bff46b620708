import { error } from '@sveltejs/kit';
import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { explainMovement } from '#store/leaderboard/reads/explain-movement.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/reads/get-rank-history.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ params, locals, url, depends }) => {
  depends('app:player');
  const asked = parseBoardQuery(url.searchParams);
  const { supabase } = locals;
  const [stats, summaries] = await Promise.all([
    getPlayerStats(supabase, { username: toStorable(params.username.toLowerCase()) }),
    listBoards(supabase),
  ]);
  if (!stats) {
    error(
      404,
      `There is no player “${params.username}”, or they chose not to be shown. Find players on the leaderboard.`,
    );
  }
  const boards = summaries.map(({ slug, name }) => ({ slug, name }));
  // The player exists, whatever board the URL names.
  const board = boards.find(({ slug }) => slug === asked.board)?.slug ?? defaultBoard;
  const { movement } = asked;
  const [history, why] = await Promise.all([
    ifFound(getRankHistory(supabase, { board, player_ids: [stats.player_id], since: 'week' })),
    ifFound(explainMovement(supabase, { board, player_id: stats.player_id, since: movement })),
  ]);
  return { stats, boards, board, movement, history: history ?? [], why, now_ms: Date.now() };
};
