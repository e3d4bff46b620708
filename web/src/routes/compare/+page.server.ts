import type { Standing } from '#domain/ranking/standing.ts';
import { toSearchText } from '#domain/text/storable-text.ts';
import { parseBoardQuery } from '#lib/board/board-query.ts';
import type { ComparedSide } from '#lib/players/comparison.ts';
import { comparePlayers } from '#store/leaderboard/compare-players.ts';
import { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/get-rank-history.ts';
import { ifFound } from '#store/leaderboard/if-found.ts';
import type { PageServerLoad } from './$types.js';

/** Two players of a board side by side, or as many as are chosen so far: whoever is missing is asked for. */
export const load: PageServerLoad = async ({ url, locals }) => {
  const { board } = parseBoardQuery(url.searchParams);
  const { supabase } = locals;
  const readSide = async (name: 'a' | 'b') => {
    const username = toSearchText((url.searchParams.get(name) ?? '').toLowerCase(), 32);
    const stats = username ? await getPlayerStats(supabase, { username }) : null;
    const standing = stats?.standings.find((entry) => entry.board === board)?.standing ?? null;
    return { username, player: stats && toSide(stats, standing) };
  };
  const [first, second] = await Promise.all([readSide('a'), readSide('b')]);
  const isSame = first.player !== null && first.player.player_id === second.player?.player_id;
  const other = isSame ? null : second.player;
  const chosen = {
    board,
    sides: [first.player, other],
    problem: isSame
      ? 'Choose two different players.'
      : describeMissing([first, second].filter((side) => side.username && !side.player)),
  };
  if (!first.player || !other) return { ...chosen, comparison: null, history: [] };
  const player_ids: [string, string] = [first.player.player_id, other.player_id];
  const [compared, history] = await Promise.all([
    comparePlayers(supabase, { board, player_ids }),
    ifFound(getRankHistory(supabase, { board, player_ids, since: 'week' })),
  ]);
  const [comparison, problem] = compared.ok
    ? [compared.value, null]
    : [null, `${compared.refusal.message} ${compared.refusal.action}`];
  return { ...chosen, problem, comparison, history: history ?? [] };
};

function toSide(
  { player_id, username, display_name, avatar_url }: Omit<ComparedSide, 'standing'>,
  standing: Standing | null,
): ComparedSide {
  return { player_id, username, display_name, avatar_url, standing };
}

function describeMissing(missing: readonly { username: string }[]): string | null {
  if (missing.length === 0) return null;
  const names = missing.map(({ username }) => `“${username}”`).join(' or ');
  return `There is no player ${names}, or they chose not to be shown. Type a name and choose from the list.`;
}
