import { error } from '@sveltejs/kit';
import { parseBoardQuery } from '#lib/board/board-query.ts';
import { comparePlayers } from '#store/leaderboard/compare-players.ts';
import { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/get-rank-history.ts';
import type { PageServerLoad } from './$types.js';

const nobody = { a: '', b: '', comparison: null, history: [] };

export const load: PageServerLoad = async ({ url, locals }) => {
  const { board } = parseBoardQuery(url.searchParams);
  const { supabase } = locals;
  const [a, b] = ['a', 'b'].map((side) =>
    (url.searchParams.get(side) ?? '').trim().toLowerCase().slice(0, 32),
  );
  if (!a || !b) return { ...nobody, board, a: a ?? '', b: b ?? '' };
  const players = await Promise.all([a, b].map((username) => getPlayerStats(supabase, { username })));
  const [first, second] = players;
  if (!first || !second) {
    error(404, `There is no player “${first ? b : a}”, or they chose not to be shown. Choose another one.`);
  }
  if (first.player_id === second.player_id) return { ...nobody, board, a, b: '' };
  const player_ids: [string, string] = [first.player_id, second.player_id];
  const [comparison, history] = await Promise.all([
    comparePlayers(supabase, { board, player_ids }),
    getRankHistory(supabase, { board, player_ids, window: 'week' }),
  ]);
  return { board, a, b, comparison, history: history ?? [] };
};
