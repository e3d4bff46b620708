import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { listPlayers } from '#store/identity/list-players.ts';
import type { RequestHandler } from './$types.js';

/** What the command palette finds on the server: `?q=`. */
export const GET: RequestHandler = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const query = toSearchText(url.searchParams.get('q') ?? '', 64);
  const found = query === '' ? [] : (await listPlayers(locals.supabase, { query, max_rows: 6 })).rows;
  const players = found.map(({ username, display_name }) => ({
    href: `/admin/players/${username}`,
    label: display_name,
    note: `@${username}`,
  }));
  return Response.json({ players, requests: [] }, { headers: { 'cache-control': 'private, no-store' } });
};
