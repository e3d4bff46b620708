import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBytes } from '../http/read-body.ts';
import type { User } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { displayNameOf } from '../wire/people.ts';
import { type AuthorizeRequest, readAuthorizeRequest, toRedirect } from './authorize-request.ts';
import { escapeHtml, toPage } from './html.ts';
import { scopeTexts } from './scopes.ts';

const codeLivesMs = 100_000;
const cookieName = 'sandbox_person';

function people(world: World): User[] {
  return world.users.list((user) => !user.bot);
}

function signedInPerson(world: World, request: IncomingMessage): User | undefined {
  const id = new RegExp(`${cookieName}=(\\d+)`).exec(request.headers.cookie ?? '')?.[1];
  return id === undefined ? undefined : world.users.get(id);
}

function createCode(world: World, asked: AuthorizeRequest, user: User): string {
  const id = randomBytes(20).toString('base64url');
  const expires_at_ms = world.clock.now() + codeLivesMs;
  const { redirect_uri, scopes, challenge } = asked;
  world.codes.trim(0, (code) => code.expires_at_ms <= world.clock.now());
  world.codes.put({ id, user_id: user.id, redirect_uri, scopes, challenge, expires_at_ms });
  world.hub.note('oauth', `${user.username} authorised the application for ${scopes.join(', ')}`);
  return id;
}

function hasGranted(world: World, user: User, scopes: readonly string[]): boolean {
  const grants = world.grants.list((grant) => grant.user_id === user.id);
  return grants.some((grant) => scopes.every((scope) => grant.scopes.includes(scope)));
}

function renderConsent(
  world: World,
  asked: AuthorizeRequest,
  current: User | undefined,
  problem: string,
): string {
  const { name } = world.application();
  const choices = people(world).map((user, index) => {
    const isChosen = current ? current.id === user.id : index === 0;
    const label = escapeHtml(displayNameOf(user));
    return `<li><label class="person"><input type="radio" name="user_id" value="${user.id}"${isChosen ? ' checked' : ''}>
      <span class="person-initial" aria-hidden="true">${escapeHtml([...displayNameOf(user)][0] ?? '?')}</span>
      <span><strong>${label}</strong> <span class="quiet">${escapeHtml(user.username)}</span></span></label></li>`;
  });
  const scopes = asked.scopes.map((scope) => `<li>${escapeHtml(scopeTexts.get(scope) ?? scope)}</li>`);
  const alert = problem === '' ? '' : `<p role="alert" class="problem">${escapeHtml(problem)}</p>`;
  const main = `<h1>${escapeHtml(name)} wants to use your account</h1>${alert}
    <form method="post">
      <fieldset><legend>Who are you?</legend><ul class="people">${choices.join('')}</ul></fieldset>
      <h2>This lets ${escapeHtml(name)}</h2>
      <ul class="scopes">${scopes.join('')}</ul>
      <p class="quiet">You will go on to ${escapeHtml(new URL(asked.redirect_uri).origin)}</p>
      <div class="actions">
        <button type="submit" name="decision" value="cancel">Cancel</button>
        <button type="submit" name="decision" value="authorize" class="primary">Authorize</button>
      </div>
    </form>`;
  return toPage(`Authorize ${name}`, main);
}

// No `form-action`, because browsers also apply it to the redirect after the form.
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, pageHeaders).end(html);
}

function sendRedirect(response: ServerResponse, location: string, user?: User): void {
  const headers: Record<string, string> = { location };
  if (user) headers['set-cookie'] = `${cookieName}=${user.id}; Path=/; HttpOnly; SameSite=Lax`;
  response.writeHead(302, headers).end();
}

async function decide(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  asked: AuthorizeRequest,
): Promise<void> {
  const form = new URLSearchParams((await readBytes(request)).toString('utf8'));
  if (form.get('decision') === 'cancel') {
    const error_description = 'The resource owner or authorization server denied the request';
    sendRedirect(
      response,
      toRedirect(asked.redirect_uri, { error: 'access_denied', error_description, state: asked.state }),
    );
    return;
  }
  const named = form.get('username');
  const user = people(world).find((person) => person.id === form.get('user_id') || person.username === named);
  if (!user || form.get('decision') !== 'authorize') {
    sendPage(
      response,
      400,
      renderConsent(world, asked, user, 'Choose who you are, then Authorize or Cancel.'),
    );
    return;
  }
  const code = createCode(world, asked, user);
  sendRedirect(response, toRedirect(asked.redirect_uri, { code, state: asked.state }), user);
}

/**
 * The consent page. A test submits it with one form POST to the same address: `user_id` or `username`, and
 * `decision` = `authorize` or `cancel`.
 */
export async function serveAuthorize(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const outcome = readAuthorizeRequest(world, url.searchParams);
  if (!outcome.ok) {
    if ('redirect' in outcome) sendRedirect(response, outcome.redirect);
    else {
      const main = `<h1>This link is not valid</h1><p role="alert" class="problem">${escapeHtml(outcome.problem)}</p>`;
      sendPage(response, 400, toPage('Invalid link', main));
    }
    return;
  }
  const asked = outcome.request;
  if (request.method === 'POST') {
    await decide(world, request, response, asked);
    return;
  }
  const current = signedInPerson(world, request);
  if (asked.prompt === 'none' && current && hasGranted(world, current, asked.scopes)) {
    const code = createCode(world, asked, current);
    sendRedirect(response, toRedirect(asked.redirect_uri, { code, state: asked.state }), current);
    return;
  }
  sendPage(response, 200, renderConsent(world, asked, current, ''));
}
