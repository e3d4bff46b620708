import type { Standing } from '#domain/leaderboard/standing.ts';
import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { readViewer } from '#lib/server/session/read-viewer.ts';
import { comparePlayers } from '#store/leaderboard/reads/compare-players.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/reads/get-rank-history.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import type { PageServerLoad } from './$types.js';
import { keepComparedPlayers, readComparedPlayers } from './compared-players.server.ts';
import type { ComparedSide } from './comparison.ts';
import { readOpponents } from './read-opponents.server.ts';

/** Compares two players on a board, or shows those chosen so far, with suggestions. */
export const load: PageServerLoad = async ({ url, locals, cookies }) => {
  const { board } = parseBoardQuery(url.searchParams);
  const { supabase } = locals;
  const viewer = await readViewer(locals);
  const names = readNames(url.searchParams, viewer?.username);
  const readSide = async (username: string) => {
    const stats = username ? await getPlayerStats(supabase, { username }) : null;
    const standing = stats?.standings.find((entry) => entry.board === board)?.standing ?? null;
    return { username, player: stats && toSide(stats, standing) };
  };
  const [first, second] = await Promise.all([readSide(names.a), readSide(names.b)]);
  const isSame = first.player !== null && first.player.player_id === second.player?.player_id;
  const other = isSame ? null : second.player;
  const chosen = {
    board,
    sides: [first.player, other],
    problem: isSame
      ? 'Choose two different players.'
      : describeMissing([first, second].filter((side) => side.username && !side.player)),
  };
  if (!first.player || !other) {
    const opponents = await readOpponents(supabase, {
      board,
      viewer,
      chosen: [first.player, other].flatMap((side) => side?.username ?? []),
      recent: readComparedPlayers(cookies),
    });
    return { ...chosen, comparison: null, history: [], opponents, now_ms: Date.now() };
  }
  const player_ids: [string, string] = [first.player.player_id, other.player_id];
  const [compared, history] = await Promise.all([
    comparePlayers(supabase, { board, player_ids }),
    ifFound(getRankHistory(supabase, { board, player_ids, since: 'week' })),
  ]);
  const [comparison, problem] = compared.ok
    ? [compared.value, null]
    : [null, `${compared.refusal.message} ${compared.refusal.action}`];
  if (comparison) keepComparedPlayers(cookies, [other.username, first.player.username]);
  return { ...chosen, problem, comparison, history: history ?? [], opponents: [], now_ms: Date.now() };
};

/** The usernames in the URL. A signed-in player is the first unless the URL names one. */
function readNames(search: URLSearchParams, own = ''): { a: string; b: string } {
  const read = (name: 'a' | 'b') => toSearchText((search.get(name) ?? '').toLowerCase(), 32);
  const b = read('b');
  return { a: search.has('a') || b === own ? read('a') : own, b };
}

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
