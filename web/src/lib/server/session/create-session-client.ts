import { createServerClient } from '@supabase/ssr';
import type { RequestEvent } from '@sveltejs/kit';
import { describeFault } from '#domain/platform/describe-fault.ts';
import { logInfo } from '#domain/platform/log.ts';
import { fetchInTime } from '#store/fetch-in-time.ts';
import type { StoreClient } from '#store/store-client.ts';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL, PUBLIC_WEB_URL } from '$app/env/public';
import { listSessionCookies, nameSessionCookie } from './session-cookies.ts';

/** The name of the session cookies. */
export const getSessionKey = () => nameSessionCookie(PUBLIC_SUPABASE_URL);

/** Session cookies are same-site and HttpOnly. */
export const getCookieOptions = () => ({
  path: '/',
  httpOnly: true,
  sameSite: 'lax' as const,
  secure: PUBLIC_WEB_URL.startsWith('https:'),
});

/**
 * A Supabase client for one request. The session is in HttpOnly cookies; a new or refreshed session is
 * written back.
 * @param isSignedIn false: acts as a visitor, whatever the cookies contain
 */
export function createSessionClient(event: RequestEvent, isSignedIn: boolean): StoreClient {
  const key = getSessionKey();
  return createServerClient(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    global: { fetch: isSignedIn ? (input, init) => fetchAsPerson(event, input, init) : fetchInTime },
    auth: { storageKey: key },
    cookies: {
      getAll: () => {
        const cookies = event.cookies.getAll();
        const hidden = isSignedIn ? [] : listSessionCookies(cookies, key);
        return cookies.filter(({ name }) => !hidden.includes(name));
      },
      setAll: (cookies) => writeCookies(event, cookies),
    },
  });
}

/**
 * The auth client also calls this from promises that nobody awaits, so it must not throw even after the
 * response was sent.
 */
function writeCookies(
  event: RequestEvent,
  cookies: readonly { name: string; value: string; options: object }[],
): void {
  // A response that sets a session is for one person only.
  event.locals.is_session_written = true;
  try {
    for (const { name, value, options } of cookies) {
      event.cookies.set(name, value, { ...options, ...getCookieOptions() });
    }
  } catch (error) {
    logInfo('A session could not be written to its cookie.', {
      request_id: event.locals.request_id,
      error: describeFault(error),
    });
  }
}

/**
 * Records that the token was rejected although its claims are valid: its key was rotated since this process
 * read the keys, or the session was ended elsewhere.
 */
async function fetchAsPerson(
  event: RequestEvent,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await fetchInTime(input, init);
  const url = input instanceof Request ? input.url : String(input);
  const isRefused =
    (response.status === 401 && url.startsWith(`${PUBLIC_SUPABASE_URL}/rest/v1/`)) ||
    ([401, 403].includes(response.status) && url.startsWith(`${PUBLIC_SUPABASE_URL}/auth/v1/user`));
  if (isRefused && event.locals.claims) event.locals.is_session_refused = true;
  return response;
}
