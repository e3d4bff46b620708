import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { findPlayers } from '#lib/server/find-players.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import type { RequestHandler } from './$types.js';

/** What the command palette finds on the server: `?q=`. */
export const GET: RequestHandler = async (event) => {
  const { locals, url } = event;
  await requireRole(locals, url, 'manager');
  const query = toSearchText(url.searchParams.get('q') ?? '', 64);
  const found = query === '' ? [] : await findPlayers(event, { query, max_rows: 6 });
  const players = found.map(({ username, display_name }) => ({
    href: `/players/${username}`,
    label: display_name,
    note: `@${username}`,
  }));
  return Response.json({ players, requests: [] }, { headers: { 'cache-control': 'private, no-store' } });
};
