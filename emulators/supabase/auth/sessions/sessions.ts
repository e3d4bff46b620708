import { randomBytes, randomUUID } from 'node:crypto';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { type UserView, viewUser } from '../users/user-view.ts';
import { findUser, isBanned, type User } from '../users/users.ts';
import { composeClaims } from './access-token-claims.ts';

/** The response of every way of signing in. */
export interface SessionView {
  access_token: string;
  token_type: 'bearer';
  expires_in: number;
  /** Seconds since 1970. */
  expires_at: number;
  refresh_token: string;
  user: UserView;
}

/** The origin of a sign-in, stored with the session. */
export interface Origin {
  userAgent: string | null;
}

/**
 * Opens a session for an authenticated user. Runs in the caller's transaction, so nothing remains if the
 * token hook refuses. Throws if the user is banned.
 */
export async function createSession(
  context: AuthContext,
  sql: Queryable,
  { user, method, origin }: { user: User; method: string; origin: Origin },
): Promise<SessionView> {
  if (isBanned(user)) throw new AuthError(400, 'user_banned', 'User is banned');
  const sessionId = randomUUID();
  await sql`
    insert into auth.sessions (id, user_id, aal, user_agent)
    values (${sessionId}, ${user.id}, 'aal1', ${origin.userAgent})`;
  await sql`
    insert into auth.mfa_amr_claims (id, session_id, authentication_method)
    values (${randomUUID()}, ${sessionId}, ${method})`;
  const refreshToken = await insertRefreshToken(sql, { userId: user.id, sessionId, parent: null });
  await sql`update auth.users set last_sign_in_at = now(), updated_at = now() where id = ${user.id}`;
  return composeSession(context, sql, { userId: user.id, sessionId, method, refreshToken });
}

/** Creates the access token of a session and the response around it. */
export async function composeSession(
  context: AuthContext,
  sql: Queryable,
  given: { userId: string; sessionId: string; method: string; refreshToken: string },
): Promise<SessionView> {
  const user = await findUser(sql, given.userId);
  if (!user) throw new AuthError(403, 'user_not_found', 'User from sub claim in JWT does not exist');
  const view = await viewUser(sql, user);
  const claims = await composeClaims(context, sql, {
    user,
    sessionId: given.sessionId,
    method: given.method,
  });
  return {
    access_token: await context.tokens.sign(claims),
    token_type: 'bearer',
    expires_in: claims.exp - Math.floor(Date.now() / 1000),
    expires_at: claims.exp,
    refresh_token: given.refreshToken,
    user: view,
  };
}

/** Adds a refresh token to a session and returns it. */
export async function insertRefreshToken(
  sql: Queryable,
  { userId, sessionId, parent }: { userId: string; sessionId: string; parent: string | null },
): Promise<string> {
  const token = randomBytes(18).toString('base64url');
  await sql`
    insert into auth.refresh_tokens (id, token, user_id, session_id, parent)
    values (${randomUUID()}, ${token}, ${userId}, ${sessionId}, ${parent})`;
  return token;
}

/** Which sessions of a user to end: the given one, all others, or all. */
export type LogoutScope = 'local' | 'others' | 'global';

export async function endSessions(
  sql: Queryable,
  { userId, sessionId, scope }: { userId: string; sessionId: string | null; scope: LogoutScope },
): Promise<void> {
  if (scope === 'global') await sql`delete from auth.sessions where user_id = ${userId}`;
  if (scope === 'local') await sql`delete from auth.sessions where user_id = ${userId} and id = ${sessionId}`;
  if (scope === 'others') {
    await sql`delete from auth.sessions where user_id = ${userId} and id is distinct from ${sessionId}`;
  }
}
