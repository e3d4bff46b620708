import { listAdminPages } from '#lib/admin/admin-pages.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import type { LayoutServerLoad } from './$types.js';

/** Closes every page below to players. Each page and each action checks the role that it needs again. */
export const load: LayoutServerLoad = async ({ locals, url, depends }) => {
  depends('app:viewer');
  const { role } = await requireRole(locals, url, 'manager');
  return { pages: listAdminPages(role) };
};
