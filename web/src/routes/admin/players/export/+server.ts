import { requireRole } from '#lib/server/session/require-role.ts';
import { streamCsv } from '#lib/server/table/stream-csv.ts';
import { type DirectoryRow, listPlayers } from '#store/identity/list-players.ts';
import { readPlayersQuery } from '../read-players-query.server.ts';
import type { RequestHandler } from './$types.js';

/** Downloads every player whom the filters leave. */
export const GET: RequestHandler = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const { args } = readPlayersQuery(url);
  return streamCsv<DirectoryRow>({
    name: 'players',
    columns: [
      ['player_id', (player) => player.player_id],
      ['username', (player) => player.username],
      ['display_name', (player) => player.display_name],
      ['role', (player) => player.role],
      ['visibility', (player) => player.visibility],
      ['is_ranked', (player) => player.is_ranked],
      ['joined_at', (player) => player.created_at],
      ['linked_at', (player) => player.linked_at],
      ['discord_username', (player) => player.discord_username],
      ['left_at', (player) => player.left_at],
    ],
    read: (after) => listPlayers(locals.supabase, { ...args, after, max_rows: 200 }),
  });
};
