import { z } from 'zod';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { findUser, findUserByEmail } from '../users/users.ts';
import { isCodeVerifierOf } from './code-challenge.ts';
import { createSession, type Origin, type SessionView } from './sessions.ts';

export const passwordGrantSchema = z.object({
  email: z.string().optional(),
  password: z.string().optional(),
});
export const pkceGrantSchema = z.object({
  auth_code: z.string().optional(),
  code_verifier: z.string().optional(),
});

const flowLifetimeMs = 5 * 60 * 1000;

interface FlowState {
  id: string;
  user_id: string | null;
  code_challenge: string | null;
  code_challenge_method: string | null;
  authentication_method: string;
  provider_access_token: string | null;
  provider_refresh_token: string | null;
  auth_code_issued_at: string | null;
}

/** Signs in with e-mail and password. */
export async function signInWithPassword(
  context: AuthContext,
  { email, password }: z.infer<typeof passwordGrantSchema>,
  origin: Origin,
): Promise<SessionView> {
  if (!email) throw new AuthError(400, 'validation_failed', 'missing email or phone');
  if (!context.settings.project.auth.email.enabled) {
    throw new AuthError(422, 'email_provider_disabled', 'Email logins are disabled');
  }
  const user = await findUserByEmail(context.sql, email);
  const isRight = await context.passwords.matches(password ?? '', user?.encrypted_password ?? null);
  if (!user || !isRight) throw new AuthError(400, 'invalid_credentials', 'Invalid login credentials');
  if (user.confirmed_at === null) throw new AuthError(400, 'email_not_confirmed', 'Email not confirmed');
  return context.sql.begin((sql) => createSession(context, sql, { user, method: 'password', origin }));
}

type PkceSession = SessionView & { provider_token?: string; provider_refresh_token?: string };
type Exchanged = { ok: true; session: PkceSession } | { ok: false; refusal: AuthError };

/**
 * Exchanges the code from the provider's callback for a session. A code works once, for five minutes, and
 * only with its verifier. The provider's tokens are returned here and never again.
 */
export async function exchangeCode(
  context: AuthContext,
  { auth_code: code, code_verifier: verifier }: z.infer<typeof pkceGrantSchema>,
  origin: Origin,
): Promise<PkceSession> {
  if (!code || !verifier) {
    throw new AuthError(
      400,
      'validation_failed',
      'invalid request: both auth code and code verifier should be non-empty',
    );
  }
  const result = await context.sql.begin(async (sql): Promise<Exchanged> => {
    const flow = await takeFlow(sql, code);
    const user = flow?.user_id ? await findUser(sql, flow.user_id) : null;
    if (!flow || !user) {
      return refuse(404, 'flow_state_not_found', 'invalid flow state, no valid flow state found');
    }
    if (Date.now() - Date.parse(flow.auth_code_issued_at ?? '') > flowLifetimeMs) {
      return refuse(403, 'flow_state_expired', 'invalid flow state, flow state has expired');
    }
    if (!isCodeVerifierOf(verifier, flow.code_challenge ?? '', flow.code_challenge_method ?? '')) {
      return refuse(400, 'bad_code_verifier', 'code challenge does not match previously saved code verifier');
    }
    const session = await createSession(context, sql, { user, method: flow.authentication_method, origin });
    return {
      ok: true,
      session: {
        ...session,
        ...(flow.provider_access_token ? { provider_token: flow.provider_access_token } : {}),
        ...(flow.provider_refresh_token ? { provider_refresh_token: flow.provider_refresh_token } : {}),
      },
    };
  });
  if (!result.ok) throw result.refusal;
  return result.session;
}

// Deleting the row first makes the code single-use, whether the exchange succeeds or not.
async function takeFlow(sql: Queryable, code: string): Promise<FlowState | null> {
  const [flow] = await sql<FlowState[]>`delete from auth.flow_state where auth_code = ${code} returning *`;
  return flow ?? null;
}

function refuse(status: 400 | 403 | 404, code: string, message: string): Exchanged {
  return { ok: false, refusal: new AuthError(status, code, message) };
}
