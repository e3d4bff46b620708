import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { sequence } from '@sveltejs/kit/hooks';
import { logFailure } from '#domain/platform/log.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import { surviveRejections } from '#domain/platform/survive-rejections.ts';
import { compressResponse, mayBeMeasured } from '#lib/server/http/compress-response.ts';
import { isForeignPost } from '#lib/server/http/is-foreign-post.ts';
import { refuseUnreadableForm } from '#lib/server/http/refuse-unreadable-form.ts';
import { addSecurityHeaders } from '#lib/server/http/security-headers.ts';
import { answerEndedSession, isPageForm, isSentToSignIn } from '#lib/server/session/answer-ended-session.ts';
import { openSession } from '#lib/server/session/open-session.ts';
import { rememberAccount } from '#lib/server/session/unsent-form.ts';
import { webEnvironment } from '#lib/server/web-environment.ts';
import { DISCORD_API_URL } from '$app/env/private';
import { PUBLIC_SUPABASE_URL, PUBLIC_WEB_URL } from '$app/env/public';

/** Machines call these routes; they carry no session, and none is looked up. */
const machineRoutes = new Set(['/healthz']);

export const init: ServerInit = () => {
  webEnvironment.read(process.env);
  surviveRejections(logFailure);
};

/** Runs last, when the response is final. */
const compressAnswer: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  return compressResponse(
    event.request,
    response,
    mayBeMeasured(event.request, Boolean(event.locals.claims)),
  );
};

const nameRequest: Handle = async ({ event, resolve }) => {
  event.locals.request_id = crypto.randomUUID();
  refuseUnreadableForm(event.request);
  const response = await resolve(event);
  response.headers.set('x-request-id', event.locals.request_id);
  return response;
};

const protectPages: Handle = async ({ event, resolve }) => {
  const isMachine = machineRoutes.has(event.route.id ?? '');
  if (!isMachine && isForeignPost(event.request, new URL(PUBLIC_WEB_URL).origin)) {
    return new Response(
      `This form can only be sent from ${PUBLIC_WEB_URL}. Open the page there and try again.`,
      {
        status: 403,
      },
    );
  }
  const response = await resolve(event);
  addSecurityHeaders(response.headers, {
    supabaseUrl: PUBLIC_SUPABASE_URL,
    discordUrl: DISCORD_API_URL,
    webUrl: PUBLIC_WEB_URL,
  });
  return response;
};

const readSession: Handle = async ({ event, resolve }) => {
  if (machineRoutes.has(event.route.id ?? '')) return resolve(event);
  await openSession(event);
  if (event.locals.claims) {
    rememberAccount(event.cookies, event.locals.claims.sub, PUBLIC_WEB_URL.startsWith('https:'));
  }
  const sent = isPageForm(event) ? event.request.clone() : null;
  const response = await resolve(event);
  const isTooLate = sent !== null && (await isSentToSignIn(event, response));
  if (event.locals.is_session_refused || isTooLate) return answerEndedSession(event, sent);
  // The browser stores nothing of a signed-in person: after signing out, Back requests the page again and
  // gets nothing.
  const isPage = event.isDataRequest || response.headers.get('content-type')?.startsWith('text/html');
  if (event.locals.is_session_written || (event.locals.claims && isPage)) {
    response.headers.set('cache-control', 'private, no-store');
  }
  return response;
};

/** Besides styles and scripts, the one font that every page uses, so it does not wait behind the scripts. */
const isNeededAtOnce = ({ type, path }: { type: 'font' | 'css' | 'js' | 'asset'; path: string }): boolean =>
  type === 'css' || type === 'js' || (type === 'font' && path.includes('archivo-latin-standard'));

const applyTheme: Handle = ({ event, resolve }) => {
  const chosen = event.cookies.get('theme');
  event.locals.theme = chosen === 'light' || chosen === 'dark' ? chosen : 'system';
  return resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%theme%', event.locals.theme),
    preload: isNeededAtOnce,
  });
};

export const handle = sequence(compressAnswer, nameRequest, protectPages, readSession, applyTheme);

export const handleError: HandleServerError = ({ kind, error, event }) => {
  // A refused read carries its own sentence about what is wrong and what to do.
  if (kind === 'unknown' && error instanceof RefusalError) {
    const { status, message, action } = error.refusal;
    return { request_id: event.locals.request_id, status, message: `${message} ${action}`.trim() };
  }
  if (kind === 'unknown') {
    logFailure('A request failed.', error, {
      request_id: event.locals.request_id,
      route: event.route.id,
      method: event.request.method,
    });
  }
  return { request_id: event.locals.request_id };
};
