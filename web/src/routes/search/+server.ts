import { parseBoardQuery } from '#lib/board/board-query.ts';
import { searchPlayers } from '#store/leaderboard/search-players.ts';
import type { RequestHandler } from './$types.js';

/** Autocomplete for player names: `?q=` and optionally `?board=` for ranks. */
export const GET: RequestHandler = async ({ url, locals }) => {
  const { search, board } = parseBoardQuery(url.searchParams);
  const found =
    search === '' ? [] : await searchPlayers(locals.supabase, { board, query: search, max_rows: 8 });
  return Response.json(found, { headers: { 'cache-control': 'private, max-age=15' } });
};
