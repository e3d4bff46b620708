import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { readTableQuery } from '#lib/server/table/read-table-query.ts';
import { getBoardStatistics } from '#store/leaderboard/boards/get-board-statistics.ts';
import { listBoardSettings } from '#store/leaderboard/boards/list-board-settings.ts';
import { planSeason } from '#store/leaderboard/boards/plan-season.ts';
import { updateBoard } from '#store/leaderboard/boards/update-board.ts';
import { verifyBoard } from '#store/leaderboard/boards/verify-board.ts';
import { listPeriods } from '#store/leaderboard/periods/list-periods.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { seasonForm, settingsForm, verifyForm } from './board-forms.server.ts';

/** The board of a page's address: form actions run on the same address. */
const slugOf = (url: URL): string => decodeURIComponent(url.pathname.split('/').at(-1) ?? '');

export const load: PageServerLoad = async ({ locals, url, params, depends }) => {
  depends('app:board-settings');
  const { role } = await requireRole(locals, url, 'manager');
  const { after } = readTableQuery(url, { sorts: ['starts_at'], filters: z.object({}) });
  const board = (await listBoardSettings(locals.supabase)).find(({ slug }) => slug === params.board);
  if (!board) error(404, `There is no board "${params.board}". Choose one from the list of boards.`);
  const [page, statistics] = await Promise.all([
    listPeriods(locals.supabase, { board: board.slug, max_rows: 20, cursor: after }),
    // A frozen board only shows its archives.
    board.is_active ? getBoardStatistics(locals.supabase, { board: board.slug }) : null,
  ]);
  return { board, ...page, statistics, is_admin: role === 'admin', now_ms: Date.now() };
};

export const actions = {
  settings: action({
    about: 'settings',
    role: 'admin',
    schema: settingsForm,
    command: ({ locals, url }, settings) =>
      updateBoard(locals.supabase, { ...settings, board: slugOf(url), source: 'web' }),
    done: ({ is_active }) => ({
      message: is_active
        ? 'Saved. The next refresh follows it.'
        : 'Saved. The board is frozen: only its archives are shown.',
    }),
  }),
  season: action({
    about: 'season',
    role: 'admin',
    schema: seasonForm,
    command: ({ locals, url }, season) =>
      planSeason(locals.supabase, { ...season, board: slugOf(url), source: 'web' }),
    done: ({ name }) => ({ message: `“${name}” is planned. It starts and closes by itself.` }),
  }),
  verify: action({
    about: 'verify',
    role: 'manager',
    schema: verifyForm,
    command: ({ locals, url }) => verifyBoard(locals.supabase, { board: slugOf(url) }),
    done: ({ is_intact, period_count, checked, broken_periods }) =>
      is_intact
        ? {
            message: `Intact: ${formatNumber(period_count)} closed periods with ${formatNumber(checked)} rows are as they were sealed.`,
          }
        : { result: broken_periods },
  }),
} satisfies Actions;
