import { redirect } from '@sveltejs/kit';
import { logFailure } from '#domain/platform/log.ts';
import { localPath } from '#lib/server/http/local-path.ts';
import { takeLinkMark } from '#lib/server/session/link-mark.ts';
import { syncDiscordLink } from '#store/identity/sync-discord-link.ts';
import type { RequestHandler } from './$types.js';
import { keepDiscordTokens } from './keep-discord-tokens.server.ts';

/** Codes that apply whether or not the person is still signed in here. */
const certainCodes = new Set(['access_denied', 'identity_already_exists']);

/**
 * Auth refuses to link an identity that is already linked; only the rest of its answer reveals whose it is.
 */
function isOwnAccount(code: string, description: string | null): boolean {
  return code === 'identity_already_exists' && !/another/i.test(description ?? 'another');
}

/**
 * Discord's redirect target. Exchanges the one-time code for a session and stores the sealed tokens. The link
 * itself was created when Auth stored the identity, so a lost response loses nothing. Errors are shown on the
 * page that the person came from.
 */
export const GET: RequestHandler = async ({ url, locals, cookies }) => {
  const next = localPath(url.searchParams.get('next'), '/');
  const isLink = url.searchParams.get('purpose') === 'link';
  const wasLinkStarted = takeLinkMark(cookies);
  const leave = (path: string, query: Record<string, string> = {}): never => {
    const search = new URLSearchParams(query).toString();
    return redirect(303, search ? `${path}?${search}` : path);
  };
  const giveUp = (code: string): never => {
    if (locals.claims) return isLink ? leave('/profile', { problem: code }) : redirect(303, next);
    const told = isLink && !certainCodes.has(code) ? 'signed_out_on_the_way' : code;
    const target = isLink ? '/profile' : next;
    return leave('/sign-in', { problem: told, ...(target === '/' ? {} : { next: target }) });
  };

  const refused = url.searchParams.get('error_code') ?? url.searchParams.get('error');
  if (refused && isLink && isOwnAccount(refused, url.searchParams.get('error_description'))) {
    // The owner consented to an identity that Auth already knew: an earlier unlink had to keep it as a way to
    // sign in.
    if (!wasLinkStarted || !locals.claims) return giveUp('flow_state_not_found');
    await syncDiscordLink(locals.supabase);
    return leave('/profile', { linked: '1' });
  }
  if (refused) return giveUp(refused);
  const code = url.searchParams.get('code');
  if (!code) return giveUp(isLink && !locals.claims ? 'signed_out_on_the_way' : 'callback_without_code');
  const { data, error } = await locals.supabase.auth.exchangeCodeForSession(code);
  if (error) {
    logFailure('A sign-in could not be completed.', error, { request_id: locals.request_id });
    return giveUp(error.code ?? 'unknown');
  }
  const link = await syncDiscordLink(locals.supabase);
  if (link) await keepDiscordTokens(link, data.session);
  return isLink ? leave('/profile', { linked: '1' }) : redirect(303, next);
};
