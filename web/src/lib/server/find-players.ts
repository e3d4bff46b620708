import { error, type RequestEvent } from '@sveltejs/kit';
import { type FoundPlayer, searchPlayers } from '#store/leaderboard/reads/search-players.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { createServerRoleClient } from './create-server-role-client.ts';

/**
 * Players by name, with the public's permissions. The database counts the searches of signed-in people
 * itself. All visitors reach it from this server's address, so their searches are counted here.
 */
export async function findPlayers(
  { locals, getClientAddress }: Pick<RequestEvent, 'locals' | 'getClientAddress'>,
  args: Parameters<typeof searchPlayers>[1],
): Promise<FoundPlayer[]> {
  if (locals.claims) return searchPlayers(locals.supabase, args);
  const store = createServerRoleClient();
  const { allowed } = await countAttempt(store, { action: 'search', who: `address:${getClientAddress()}` });
  if (!allowed) error(429, 'You have searched a lot within a minute. Wait a moment, then search again.');
  return searchPlayers(store, args);
}
