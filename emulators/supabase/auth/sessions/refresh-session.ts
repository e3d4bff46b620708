import { z } from 'zod';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { findUser, isBanned } from '../users/users.ts';
import { composeSession, insertRefreshToken, type SessionView } from './sessions.ts';

export const refreshGrantSchema = z.object({ refresh_token: z.string().default('') });

interface RefreshToken {
  token: string;
  user_id: string;
  session_id: string | null;
  revoked: boolean;
  parent: string | null;
  /** Seconds since the last change. */
  age_seconds: number;
}

type Refreshed = { ok: true; session: SessionView } | { ok: false; refusal: AuthError };

/**
 * Exchanges a refresh token for a new session. Each token works once, with two exceptions that return its
 * successor: within the reuse interval, so two tabs do not sign each other out, and while the successor is
 * unused, because the response may have been lost. Otherwise a second use means that the token was stolen,
 * and every token of the session is revoked.
 */
export async function refreshSession(context: AuthContext, token: string): Promise<SessionView> {
  const result = await context.sql.begin(async (sql): Promise<Refreshed> => {
    const found = await lockToken(sql, token);
    if (!found) return refuse('refresh_token_not_found', 'Refresh Token Not Found');
    if (found.session_id === null) return refuse('session_not_found', 'No Valid Session Found');
    const user = await findUser(sql, found.user_id);
    if (!user) return refuse('session_not_found', 'No Valid Session Found');
    if (isBanned(user)) return refuse('user_banned', 'User Banned');
    const successor = await findSuccessor(context, sql, found, found.session_id);
    if (successor === null) {
      await sql`update auth.refresh_tokens set revoked = true, updated_at = now()
        where session_id = ${found.session_id}`;
      return refuse('refresh_token_already_used', 'Already Used');
    }
    await sql`update auth.sessions set refreshed_at = now(), updated_at = now() where id = ${found.session_id}`;
    const session = await composeSession(context, sql, {
      userId: user.id,
      sessionId: found.session_id,
      method: 'token_refresh',
      refreshToken: successor,
    });
    return { ok: true, session };
  });
  if (!result.ok) throw result.refusal;
  return result.session;
}

// The session's row is locked, so two refreshes with one token are serialised.
async function lockToken(sql: Queryable, token: string): Promise<RefreshToken | null> {
  const [session] = await sql<{ id: string }[]>`
    select s.id from auth.sessions s
    where s.id = (select t.session_id from auth.refresh_tokens t where t.token = ${token})
    for update`;
  if (!session) return null;
  const [found] = await sql<RefreshToken[]>`
    select token, user_id, session_id, coalesce(revoked, false) as revoked, parent,
      extract(epoch from now() - updated_at)::float as age_seconds
    from auth.refresh_tokens where token = ${token}`;
  return found ?? null;
}

// The token to use from now on, or null if the given one must not be used any more.
async function findSuccessor(
  context: AuthContext,
  sql: Queryable,
  given: RefreshToken,
  sessionId: string,
): Promise<string | null> {
  const { enable_refresh_token_rotation: isRotating, refresh_token_reuse_interval: reuseSeconds } =
    context.settings.project.auth;
  if (!given.revoked) {
    if (!isRotating) return given.token;
    await sql`update auth.refresh_tokens set revoked = true, updated_at = now() where token = ${given.token}`;
    return insertRefreshToken(sql, { userId: given.user_id, sessionId, parent: given.token });
  }
  const [active] = await sql<{ token: string; parent: string | null }[]>`
    select token, parent from auth.refresh_tokens where session_id = ${sessionId} and not revoked
    order by created_at desc limit 1`;
  if (!active) return null;
  const isRecent = given.age_seconds <= reuseSeconds;
  return isRecent || active.parent === given.token ? active.token : null;
}

function refuse(code: string, message: string): Refreshed {
  return { ok: false, refusal: new AuthError(400, code, `Invalid Refresh Token: ${message}`) };
}
