import { getBearerToken, getKeyType } from '../../http/caller.ts';
import { type Claims, TokenError } from '../../tokens/access-token.ts';
import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { findUser, type User } from '../users/users.ts';

/** The person that a request's access token represents. */
export interface SignedIn {
  user: User;
  sessionId: string | null;
}

/** Throws unless the request has a valid access token of an existing user with a live session. */
export async function requireUser(context: AuthContext, request: Request): Promise<SignedIn> {
  const claims = await readClaims(context, request);
  if (claims === null) {
    throw new AuthError(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  }
  if (!claims.sub) throw new AuthError(403, 'bad_jwt', 'invalid claim: missing sub claim');
  const user = await findUser(context.sql, claims.sub);
  if (!user) throw new AuthError(403, 'user_not_found', 'User from sub claim in JWT does not exist');
  const sessionId = claims.session_id ?? null;
  if (sessionId !== null) {
    const [session] = await context.sql`
      select 1 from auth.sessions where id = ${sessionId} and user_id = ${user.id}`;
    if (!session) {
      throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    }
  }
  return { user, sessionId };
}

/** Throws unless the request has the secret key, or a token of the role service_role. */
export async function requireAdmin(context: AuthContext, request: Request): Promise<void> {
  const claims = await readClaims(context, request);
  const key = request.headers.get('apikey') ?? '';
  const role = claims?.role ?? (getKeyType(key, context.settings) === 'secret' ? 'service_role' : 'anon');
  if (role !== 'service_role') throw new AuthError(403, 'not_admin', 'User not allowed');
}

async function readClaims(context: AuthContext, request: Request): Promise<Claims | null> {
  const token = getBearerToken(request);
  if (token === null || token.startsWith('sb_')) return null;
  try {
    return await context.tokens.verify(token);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new AuthError(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${error.message}`);
  }
}
