import { readViewer } from '#lib/server/session/read-viewer.ts';
import type { RequestHandler } from './$types.js';

/**
 * Hands the page its short-lived access token for live channels. The refresh token never leaves the cookie.
 * Answered to this origin only: no CORS header is sent, and cookies are same-site.
 */
export const GET: RequestHandler = async ({ locals }) => {
  // Asks the database, so that a session that has ended gets none.
  const { data } = (await readViewer(locals))
    ? await locals.supabase.auth.getSession()
    : { data: { session: null } };
  return Response.json(
    { access_token: data.session?.access_token ?? null, expires_at: data.session?.expires_at ?? null },
    { headers: { 'cache-control': 'no-store' } },
  );
};
