import { requireRole } from '#lib/server/session/require-role.ts';
import { listBoardSettings } from '#store/leaderboard/boards/list-board-settings.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  return { boards: await listBoardSettings(locals.supabase) };
};
