import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { findPlayers } from '#lib/server/find-players.ts';
import type { RequestHandler } from './$types.js';

/** Suggestions for player names: `?q=` and optionally `?board=` for ranks. */
export const GET: RequestHandler = async (event) => {
  const { search, board } = parseBoardQuery(event.url.searchParams);
  const found = search === '' ? [] : await findPlayers(event, { board, query: search, max_rows: 8 });
  return Response.json(found, { headers: { 'cache-control': 'private, max-age=15' } });
};
