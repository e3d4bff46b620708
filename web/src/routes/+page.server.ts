import { error } from '@sveltejs/kit';
import { pageSize, parseBoardQuery } from '#lib/board/board-query.ts';
import { getBoardPage } from '#store/leaderboard/get-board-page.ts';
import { getStanding } from '#store/leaderboard/get-standing.ts';
import { listBoards } from '#store/leaderboard/list-boards.ts';
import { searchPlayers } from '#store/leaderboard/search-players.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ url, locals, depends }) => {
  depends('app:board');
  const query = parseBoardQuery(url.searchParams);
  const { supabase, claims } = locals;
  const { board, period_id, movement, cursor, from_position } = query;
  const [boards, page, own, found] = await Promise.all([
    listBoards(supabase),
    getBoardPage(supabase, { board, period_id, movement, cursor, from_position, limit: pageSize }),
    claims?.player_id ? getStanding(supabase, { board, player_id: claims.player_id }) : null,
    query.search ? searchPlayers(supabase, { board, query: query.search, limit: 20 }) : null,
  ]);
  if (!page) error(404, `There is no board "${board}". Choose one of the boards of the leaderboard.`);
  return { query, boards, page, own, found };
};
