import { readViewer } from '#lib/server/session/read-viewer.ts';
import type { RequestHandler } from './$types.js';

/**
 * Returns the page's short-lived access token for live channels. The refresh token never leaves the cookie.
 * Same origin only: no CORS header is sent, and cookies are same-site.
 */
export const GET: RequestHandler = async ({ locals }) => {
  // Asks the database, so an ended session gets no token.
  const { data } = (await readViewer(locals))
    ? await locals.supabase.auth.getSession()
    : { data: { session: null } };
  return Response.json(
    { access_token: data.session?.access_token ?? null, expires_at: data.session?.expires_at ?? null },
    { headers: { 'cache-control': 'no-store' } },
  );
};
