import { requireRole } from '#lib/server/session/require-role.ts';
import { listPlayers } from '#store/identity/list-players.ts';
import type { PageServerLoad } from './$types.js';
import { readPlayersQuery } from './read-players-query.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const { sort, args } = readPlayersQuery(url);
  const { rows, next_cursor } = await listPlayers(locals.supabase, { ...args, max_rows: 50 });
  return { players: rows, next_cursor, sort };
};
