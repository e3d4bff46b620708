import type { RequestEvent } from '@sveltejs/kit';
import { listForgottenCookies } from './open-session.ts';

/**
 * Answers a request whose session the database refused midway: the cookies go, and the person sees the page as a visitor
 * does, or signs in again where something was to be changed.
 */
export function answerEndedSession(event: RequestEvent): Response {
  const { request, url, isDataRequest } = event;
  const here = url.pathname + url.search;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const location = isRead ? here : `/sign-in?next=${encodeURIComponent(url.pathname)}`;
  const isForScript = isDataRequest || request.headers.get('x-sveltekit-action') === 'true';
  const response = isForScript
    ? Response.json({ type: 'redirect', status: 303, location })
    : new Response(null, { status: 303, headers: { location } });
  for (const cookie of listForgottenCookies(event)) response.headers.append('set-cookie', cookie);
  response.headers.set('cache-control', 'private, no-store');
  return response;
}
