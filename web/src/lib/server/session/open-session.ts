import type { RequestEvent } from '@sveltejs/kit';
import { describeFault } from '#domain/platform/describe-fault.ts';
import { logInfo } from '#domain/platform/log.ts';
import { claimsSchema } from './claims.ts';
import { createSessionClient, getCookieOptions, getSessionKey } from './create-session-client.ts';
import { isAuthAway } from './is-auth-away.ts';
import { isSessionReadable, listSessionCookies } from './session-cookies.ts';

/**
 * Finds out who sent a request: sets `locals.claims` and the client that acts as them. A session that cannot be used,
 * for whatever reason, is no session: its cookies are cleared and the person is a visitor.
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
  // Whether the session is good cannot be told while Auth is away: then it is kept for the next request.
  if (!isAuthAway(reason)) forgetSession(event);
  locals.supabase = createSessionClient(event, false);
  logInfo('A session could not be used.', {
    request_id: locals.request_id,
    error: describeFault(reason),
  });
}

/** Clears the cookies of the session; the next request is a visitor's. */
function forgetSession({ cookies }: RequestEvent): void {
  for (const name of listSessionCookies(cookies.getAll(), getSessionKey())) {
    cookies.delete(name, getCookieOptions());
  }
}

/**
 * The headers that do what `forgetSession` does, for an answer that is made beside SvelteKit. Goes by what the browser
 * sent: the auth client may have taken the cookies out of the event already.
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
    // Some tokens make the client throw, such as those of an algorithm that it does not know.
    return { claims: null, reason: error };
  }
}
