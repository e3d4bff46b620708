import { redirect } from '@sveltejs/kit';
import { keepDiscordTokens } from '#lib/server/keep-discord-tokens.ts';
import { localPath } from '#lib/server/local-path.ts';
import { log } from '#lib/server/log.ts';
import { syncDiscordLink } from '#store/identity/sync-discord-link.ts';
import type { RequestHandler } from './$types.js';

/**
 * Where Discord sends people back to. Turns the one-time code into a session, makes the player's link equal to
 * the account that was chosen, and keeps the tokens encrypted. Whatever goes wrong is told on the page that
 * the person came from.
 */
export const GET: RequestHandler = async ({ url, locals }) => {
  const next = localPath(url.searchParams.get('next'), '/');
  const isLink = url.searchParams.get('purpose') === 'link';
  const giveUp = (code: string): never => {
    const page = new URL(isLink ? '/profile' : '/sign-in', url);
    page.searchParams.set('problem', code);
    if (!isLink && next !== '/') page.searchParams.set('next', next);
    return redirect(303, page.pathname + page.search);
  };

  const refused = url.searchParams.get('error_code') ?? url.searchParams.get('error');
  if (refused) return giveUp(refused);
  const { data, error } = await locals.supabase.auth.exchangeCodeForSession(
    url.searchParams.get('code') ?? '',
  );
  if (error) {
    log('error', 'A sign-in could not be completed.', { request_id: locals.request_id, code: error.code });
    return giveUp(error.code ?? 'unknown');
  }
  const synced = await syncDiscordLink(locals.supabase);
  if (!synced.ok) return giveUp(synced.refusal.code);
  await keepDiscordTokens(locals.supabase, data.session);
  redirect(303, isLink ? '/profile?linked=1' : next);
};
