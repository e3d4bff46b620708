import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import type { RequestHandler } from './$types.js';

/** The published version of a board: `?board=` and optionally `?period=`. */
export const GET: RequestHandler = async ({ url, locals }) => {
  const { board, period_id } = parseBoardQuery(url.searchParams);
  const page = await getBoardPage(locals.supabase, { board, period_id, max_rows: 1 });
  const { version } = page.board;
  return Response.json(
    { period_id: page.board.period_id, version },
    { headers: { 'cache-control': 'no-store' } },
  );
};
