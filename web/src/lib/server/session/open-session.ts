import type { RequestEvent } from '@sveltejs/kit';
import { describeFault } from '#domain/platform/describe-fault.ts';
import { logInfo } from '#domain/platform/log.ts';
import { claimsSchema } from './claims.ts';
import { createSessionClient, getCookieOptions, getSessionKey } from './create-session-client.ts';
import { isAuthAway } from './is-auth-away.ts';
import { isSessionReadable, listSessionCookies } from './session-cookies.ts';

/**
 * Identifies the sender of a request: sets `locals.claims` and the client that acts for them. An unusable
 * session counts as none: its cookies are cleared and the person is a visitor.
 */
export async function openSession(event: RequestEvent): Promise<void> {
  const { locals, cookies } = event;
  locals.claims = null;
  const key = getSessionKey();
  const stored = cookies.getAll();
  if (listSessionCookies(stored, key).length === 0) {
    locals.supabase = createSessionClient(event, false);
    return;
  }
  if (!(await isSessionReadable(stored, key))) {
    forgetSession(event);
    locals.supabase = createSessionClient(event, false);
    return;
  }
  locals.supabase = createSessionClient(event, true);
  const { claims, reason } = await readClaims(locals.supabase);
  locals.claims = claims;
  if (claims) return;
  // While Auth is unavailable the session cannot be verified, so it is kept for the next request.
  if (!isAuthAway(reason)) forgetSession(event);
  locals.supabase = createSessionClient(event, false);
  logInfo('A session could not be used.', {
    request_id: locals.request_id,
    error: describeFault(reason),
  });
}

/** Clears the session cookies; the next request is a visitor's. */
function forgetSession({ cookies }: RequestEvent): void {
  for (const name of listSessionCookies(cookies.getAll(), getSessionKey())) {
    cookies.delete(name, getCookieOptions());
  }
}

/**
 * The headers equivalent to `forgetSession`, for a response created outside SvelteKit. Uses the request's
 * cookies, because the auth client may already have removed them from the event.
 */
export function listForgottenCookies({ cookies, request }: RequestEvent): string[] {
  const sent = (request.headers.get('cookie') ?? '').split(';').map((cookie) => cookie.trim().split('=')[0]);
  const names = listSessionCookies(
    sent.map((name = '') => ({ name, value: '' })),
    getSessionKey(),
  );
  return names.map((name) => cookies.serialize(name, '', { ...getCookieOptions(), maxAge: 0 }));
}

async function readClaims(
  supabase: App.Locals['supabase'],
): Promise<{ claims: App.Locals['claims']; reason: unknown }> {
  try {
    const { data, error } = await supabase.auth.getClaims();
    const parsed = claimsSchema.safeParse(data?.claims);
    return parsed.success
      ? { claims: parsed.data, reason: null }
      : { claims: null, reason: error ?? parsed.error };
  } catch (error) {
    // Some tokens make the client throw, for example those with an unknown algorithm.
    return { claims: null, reason: error };
  }
}
