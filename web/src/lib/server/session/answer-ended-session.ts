import type { RequestEvent } from '@sveltejs/kit';
import { PUBLIC_WEB_URL } from '$app/env/public';
import { listForgottenCookies } from './open-session.ts';
import { packUnsentForm, serializeUnsentForm } from './unsent-form.ts';

/**
 * Answers a request whose session has ended: clears the cookies and shows the visitor's page, or asks to sign
 * in again if the request would have changed something.
 * @param sent the submitted form, restored after signing in
 */
export async function answerEndedSession(event: RequestEvent, sent: Request | null): Promise<Response> {
  const { request, url, isDataRequest, cookies } = event;
  const here = url.pathname + url.search;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const kept = sent && (await packSent(event, sent));
  const problem = kept ? 'form_not_sent' : 'form_lost';
  const location = isRead ? here : `/sign-in?next=${encodeURIComponent(url.pathname)}&problem=${problem}`;
  const isForScript = isDataRequest || request.headers.get('x-sveltekit-action') === 'true';
  const response = isForScript
    ? Response.json({ type: 'redirect', status: 303, location })
    : new Response(null, { status: 303, headers: { location } });
  for (const cookie of listForgottenCookies(event)) response.headers.append('set-cookie', cookie);
  if (kept) {
    const isSecure = PUBLIC_WEB_URL.startsWith('https:');
    response.headers.append('set-cookie', serializeUnsentForm(cookies, kept, isSecure));
  }
  response.headers.set('cache-control', 'private, no-store');
  return response;
}

/** Whether the request submits a page's form; forms of the sign-in page need no session. */
export function isPageForm({ request, url }: RequestEvent): boolean {
  return request.method === 'POST' && url.search.startsWith('?/') && url.pathname !== '/sign-in';
}

/** Whether the answer to a form is a request to sign in first. */
export async function isSentToSignIn(event: RequestEvent, response: Response): Promise<boolean> {
  if (event.request.headers.get('x-sveltekit-action') !== 'true') {
    return response.headers.get('location')?.startsWith('/sign-in?') ?? false;
  }
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof answer === 'object' && answer !== null && 'location' in answer
    ? String(answer.location).startsWith('/sign-in?')
    : false;
}

async function packSent({ url, cookies }: RequestEvent, sent: Request): Promise<string | null> {
  // A body that is not a form has nothing to restore.
  const data = await sent.formData().catch(() => null);
  const action = url.search.slice(2).split('&')[0] ?? '';
  return data && packUnsentForm(cookies, { path: url.pathname, action, data });
}
