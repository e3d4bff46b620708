import { log } from '../../../process/log.ts';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { createSession, type Origin, type SessionView } from '../sessions/sessions.ts';
import type { User } from '../users/users.ts';
import { type DiscordAccount, fetchDiscordAccount } from './discord-account.ts';
import { isUnconfirmed, linkAccount, signInWithAccount } from './external-account.ts';
import { readState } from './oauth-state.ts';
import { addErrorToRedirect } from './redirect-address.ts';

interface Flow {
  id: string;
  auth_code: string | null;
  referrer: string | null;
  linking_target_id: string | null;
}

const errorNames = new Map([
  [400, 'invalid_request'],
  [401, 'unauthorized_client'],
  [403, 'access_denied'],
  [503, 'temporarily_unavailable'],
]);

/**
 * Finishes a sign-in when the provider redirects back. Always returns an address to redirect to, with any
 * error in its query.
 */
export async function finishAuthorization(
  context: AuthContext,
  query: URLSearchParams,
  origin: Origin,
): Promise<string> {
  let returnTo = context.settings.siteUrl;
  try {
    const flow = await findFlow(context, await readState(context.settings.stateSecret, query.get('state')));
    returnTo = flow.referrer ?? returnTo;
    const refusal = query.get('error');
    if (refusal) {
      const description = query.get('error_description') ?? '';
      return addErrorToRedirect(returnTo, { error: refusal, code: null, description });
    }
    const code = query.get('code');
    if (!code) {
      throw new AuthError(
        400,
        'bad_oauth_callback',
        'OAuth callback with missing authorization code missing',
      );
    }
    const callbackUrl = `${context.publicUrl}/auth/v1/callback`;
    const account = await fetchDiscordAccount(context.settings.discord, code, callbackUrl);
    return await context.sql.begin((sql) => completeFlow(context, sql, { flow, account, returnTo, origin }));
  } catch (error) {
    return addErrorToRedirect(returnTo, describeError(error));
  }
}

async function findFlow(context: AuthContext, flowId: string): Promise<Flow> {
  const [flow] = await context.sql<Flow[]>`
    select id, auth_code, referrer, linking_target_id from auth.flow_state
    where id = ${flowId} and user_id is null`;
  if (!flow) throw new AuthError(400, 'bad_oauth_state', 'OAuth callback with invalid or used state');
  return flow;
}

async function completeFlow(
  context: AuthContext,
  sql: Queryable,
  given: { flow: Flow; account: DiscordAccount; returnTo: string; origin: Origin },
): Promise<string> {
  const { flow, account } = given;
  const user =
    flow.linking_target_id === null
      ? await signInWithAccount(context, sql, account)
      : await linkAccount(sql, account, flow.linking_target_id);
  if (isUnconfirmed(context, user)) {
    // The account data is kept; the person returns once Discord has verified the address.
    const description = 'Unverified email with discord. Verify the email with discord in order to sign in';
    const code = 'provider_email_needs_verification';
    return addErrorToRedirect(given.returnTo, { error: 'invalid_request', code, description });
  }
  if (flow.auth_code === null) {
    return completeWithoutCode(context, sql, { ...given, user });
  }
  await sql`
    update auth.flow_state set
      user_id = ${user.id}, provider_access_token = ${account.accessToken},
      provider_refresh_token = ${account.refreshToken}, auth_code_issued_at = now(), updated_at = now()
    where id = ${flow.id}`;
  const url = new URL(given.returnTo);
  url.searchParams.set('code', flow.auth_code);
  return url.toString();
}

// The implicit flow: the session itself is in the fragment.
async function completeWithoutCode(
  context: AuthContext,
  sql: Queryable,
  given: { flow: Flow; account: DiscordAccount; returnTo: string; origin: Origin; user: User },
): Promise<string> {
  await sql`delete from auth.flow_state where id = ${given.flow.id}`;
  const session: SessionView = await createSession(context, sql, {
    user: given.user,
    method: 'oauth',
    origin: given.origin,
  });
  const fragment = new URLSearchParams({
    access_token: session.access_token,
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    provider_token: given.account.accessToken,
    ...(given.account.refreshToken === null ? {} : { provider_refresh_token: given.account.refreshToken }),
    refresh_token: session.refresh_token,
    token_type: session.token_type,
  });
  const url = new URL(given.returnTo);
  url.hash = fragment.toString();
  return url.toString();
}

function describeError(error: unknown): { error: string; code: string; description: string } {
  if (!(error instanceof AuthError)) {
    log('error', 'A sign-in could not be finished.', { error });
    return { error: 'server_error', code: 'unexpected_failure', description: 'Unexpected failure' };
  }
  const isDenied = error.code === 'signup_disabled' || error.code === 'user_banned';
  return {
    error: isDenied ? 'access_denied' : (errorNames.get(error.status) ?? 'server_error'),
    code: error.code,
    description: error.message,
  };
}
