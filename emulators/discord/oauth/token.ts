import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBytes } from '../http/read-body.ts';
import type { OauthGrant } from '../state/records.ts';
import type { World } from '../state/world.ts';

const tokenLivesSeconds = 604_800;

/** An OAuth error; these follow RFC 6749, not Discord's own error format. */
interface Refusal {
  status: number;
  error: string;
  error_description?: string;
}

type Outcome = { ok: true; body: Record<string, unknown> } | { ok: false; refusal: Refusal };

function refuse(status: number, error: string, error_description?: string): Outcome {
  return {
    ok: false,
    refusal: error_description === undefined ? { status, error } : { status, error, error_description },
  };
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

function isClient(world: World, request: IncomingMessage, form: URLSearchParams): boolean {
  const { application_id, client_secret } = world.credentials;
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'Basic' && encoded !== undefined) {
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    const [id = '', secret = ''] = text.split(':').map(decodeURIComponent);
    return id === application_id && isSame(secret, client_secret);
  }
  return form.get('client_id') === application_id && isSame(form.get('client_secret') ?? '', client_secret);
}

function issue(world: World, userId: string, scopes: readonly string[]): Outcome {
  world.grants.trim(0, (known) => known.expires_at_ms <= world.clock.now());
  const grant: OauthGrant = {
    id: randomBytes(24).toString('base64url'),
    refresh_token: randomBytes(24).toString('base64url'),
    user_id: userId,
    scopes: [...scopes],
    expires_at_ms: world.clock.now() + tokenLivesSeconds * 1000,
  };
  world.grants.put(grant);
  const body = {
    token_type: 'Bearer',
    access_token: grant.id,
    expires_in: tokenLivesSeconds,
    refresh_token: grant.refresh_token,
    scope: scopes.join(' '),
  };
  return { ok: true, body };
}

function isChallengeMet(
  challenge: { value: string; method: 'S256' | 'plain' } | null,
  verifier: string | null,
): boolean {
  if (challenge === null) return true;
  if (verifier === null) return false;
  const answer =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return isSame(answer, challenge.value);
}

function exchangeCode(world: World, form: URLSearchParams): Outcome {
  const code = world.codes.get(form.get('code') ?? '');
  if (!code) return refuse(400, 'invalid_grant', 'Invalid "code" in request.');
  world.codes.remove(code.id);
  if (code.expires_at_ms <= world.clock.now())
    return refuse(400, 'invalid_grant', 'Invalid "code" in request.');
  if (code.redirect_uri !== form.get('redirect_uri')) {
    return refuse(400, 'invalid_grant', 'Invalid "redirect_uri" in request.');
  }
  if (!isChallengeMet(code.challenge, form.get('code_verifier'))) {
    return refuse(400, 'invalid_grant', 'Invalid "code_verifier" in request.');
  }
  return issue(world, code.user_id, code.scopes);
}

function refresh(world: World, form: URLSearchParams): Outcome {
  const token = form.get('refresh_token');
  const grant = world.grants.find((known) => known.refresh_token === token);
  if (!grant) return refuse(400, 'invalid_grant', 'Invalid "refresh_token" in request.');
  world.grants.remove(grant.id);
  return issue(world, grant.user_id, grant.scopes);
}

function grantToken(world: World, form: URLSearchParams): Outcome {
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return exchangeCode(world, form);
    case 'refresh_token':
      return refresh(world, form);
    case 'client_credentials':
      return issue(world, world.application().owner_id, (form.get('scope') ?? 'identify').split(' '));
    default:
      return refuse(400, 'unsupported_grant_type', 'Grant type is not supported');
  }
}

/** Revokes the whole grant of this token's owner, as Discord does. */
function revoke(world: World, form: URLSearchParams): Outcome {
  const token = form.get('token');
  const grant = world.grants.find((known) => known.id === token || known.refresh_token === token);
  if (grant) revokeGrants(world, grant.user_id);
  return { ok: true, body: {} };
}

/** Whether the application holds a valid token of a person. */
export function isAuthorised(world: World, userId: string): boolean {
  const now = world.clock.now();
  return world.grants.list((known) => known.user_id === userId && known.expires_at_ms > now).length > 0;
}

/** Ends all tokens of a person. */
export function revokeGrants(world: World, userId: string): void {
  for (const grant of world.grants.list((known) => known.user_id === userId)) world.grants.remove(grant.id);
  world.hub.note('oauth', `${world.users.get(userId)?.username ?? userId} is no longer authorised`);
  world.hub.change({ kind: 'people' });
}

/** Serves `/oauth2/token` and `/oauth2/token/revoke`: form-encoded bodies only. */
export async function serveToken(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  isRevocation: boolean,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
    world.hub.note(
      'oauth',
      `${isRevocation ? 'revoke' : 'token'} → ${status}`,
      status >= 400 ? { answer: body } : {},
    );
  };
  const text = (await readBytes(request)).toString('utf8');
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    send(400, { error: 'invalid_request', error_description: 'The body must be form-encoded' });
    return;
  }
  const form = new URLSearchParams(text);
  if (!isClient(world, request, form)) {
    send(401, { error: 'invalid_client' });
    return;
  }
  const outcome = isRevocation ? revoke(world, form) : grantToken(world, form);
  if (outcome.ok) send(200, outcome.body);
  else {
    const { status, ...body } = outcome.refusal;
    send(status, body);
  }
}
