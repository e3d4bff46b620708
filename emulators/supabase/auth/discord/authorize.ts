import { randomUUID } from 'node:crypto';
import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { signState } from './oauth-state.ts';
import { chooseRedirect } from './redirect-address.ts';

// Query parameters for this server; all others are passed on to the provider.
const ownParameters = new Set([
  'provider',
  'scopes',
  'redirect_to',
  'code_challenge',
  'code_challenge_method',
  'skip_http_redirect',
  'flow_type',
  'apikey',
]);

/**
 * Starts a sign-in with Discord: stores the flow state and returns the address to redirect to.
 * @param linkTo the user that gets the Discord identity, or null to sign in with it
 */
export async function startAuthorization(
  context: AuthContext,
  query: URLSearchParams,
  linkTo: string | null,
): Promise<string> {
  const { settings } = context;
  const provider = query.get('provider') ?? '';
  if (provider !== 'discord' || !settings.project.auth.external.discord.enabled) {
    throw new AuthError(400, 'validation_failed', 'Unsupported provider: provider is not enabled');
  }
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method')?.toLowerCase() ?? null;
  checkChallenge(challenge, method);
  const flowId = randomUUID();
  await context.sql`delete from auth.flow_state where created_at < now() - interval '1 day'`;
  await context.sql`
    insert into auth.flow_state (id, auth_code, code_challenge, code_challenge_method, authentication_method,
      provider_type, referrer, linking_target_id)
    values (${flowId}, ${challenge === null ? null : randomUUID()}, ${challenge}, ${method}, 'oauth', 'discord',
      ${chooseRedirect(settings, query.get('redirect_to'))}, ${linkTo})`;
  const url = new URL(`${settings.discord.baseUrl}/api/oauth2/authorize`);
  for (const [name, value] of query) if (!ownParameters.has(name)) url.searchParams.set(name, value);
  const scopes = ['email', 'identify', ...(query.get('scopes') ?? '').split(/[ ,]+/).filter(Boolean)];
  url.searchParams.set('client_id', settings.discord.clientId);
  url.searchParams.set('redirect_uri', `${context.publicUrl}/auth/v1/callback`);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('scope', [...new Set(scopes)].join(' '));
  url.searchParams.set('state', await signState(settings.stateSecret, flowId));
  return url.toString();
}

function checkChallenge(challenge: string | null, method: string | null): void {
  if ((challenge === null) !== (method === null)) {
    throw new AuthError(
      400,
      'validation_failed',
      'PKCE flow requires code_challenge_method and code_challenge',
    );
  }
  if (challenge === null) return;
  if (method !== 's256' && method !== 'plain') {
    throw new AuthError(400, 'validation_failed', 'code_challenge_method must be s256 or plain');
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(challenge)) {
    throw new AuthError(400, 'validation_failed', 'code challenge has to be between 43 and 128 characters');
  }
}
