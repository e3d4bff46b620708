import { creditNames, requestStateNames } from '#domain/credits/credit-names.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { listRequestQueue } from '#store/credits/queue/list-request-queue.ts';
import { listPlayers } from '#store/identity/list-players.ts';
import type { RequestHandler } from './$types.js';

const headers = { 'cache-control': 'private, no-store' };

/** What the command palette finds on the server: `?q=`. */
export const GET: RequestHandler = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const query = toSearchText(url.searchParams.get('q') ?? '', 64);
  if (query === '') return Response.json({ players: [], requests: [] }, { headers });
  const [found, queue] = await Promise.all([
    listPlayers(locals.supabase, { query, max_rows: 6 }),
    listRequestQueue(locals.supabase, { state: null, filter: { text: query }, max_rows: 6 }),
  ]);
  const players = found.rows.map(({ username, display_name }) => ({
    href: `/admin/players/${username}`,
    label: display_name,
    note: `@${username}`,
  }));
  const requests = queue.requests.map(({ id, amount, credit_type, display_name, state, reason }) => ({
    href: `/admin/requests/${id}`,
    label: `${formatNumber(amount)} ${creditNames[credit_type]} for ${display_name}`,
    note: `${requestStateNames[state]}: ${reason}`,
  }));
  return Response.json({ players, requests }, { headers });
};
