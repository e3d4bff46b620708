import { error } from '@sveltejs/kit';
import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { listPeriods } from '#store/leaderboard/periods/list-periods.ts';
import type { PageServerLoad } from './$types.js';

const periodsPerPage = 50;

/** All periods of a board, newest first: `?board=`, and `?cursor=` for older ones. */
export const load: PageServerLoad = async ({ url, locals }) => {
  const { board: slug, cursor } = parseBoardQuery(url.searchParams);
  const [boards, page] = await Promise.all([
    listBoards(locals.supabase),
    listPeriods(locals.supabase, { board: slug, cursor, max_rows: periodsPerPage }),
  ]);
  const board = boards.find((it) => it.slug === slug);
  if (!board) error(404, `There is no board "${slug}". Choose a board from the leaderboard page.`);
  return { board, boards, ...page, isFirst: cursor === undefined, now_ms: Date.now() };
};
