import { z } from 'zod';
import type { Claims } from '../../tokens/access-token.ts';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { runHook } from '../run-hook.ts';
import type { User } from '../users/users.ts';

const hookResultSchema = z.object({
  claims: z.looseObject({
    iss: z.string(),
    aud: z.union([z.string(), z.array(z.string())]),
    exp: z.number().int(),
    iat: z.number().int(),
    sub: z.string(),
    role: z.string().min(1),
    aal: z.string(),
    session_id: z.string(),
    email: z.string(),
    phone: z.string(),
    is_anonymous: z.boolean(),
  }),
});

/**
 * The claims of a new access token, after the project's custom access token hook.
 * @param method how the person authenticated now, e.g. `password`, `oauth`, `token_refresh`
 */
export async function composeClaims(
  context: AuthContext,
  sql: Queryable,
  { user, sessionId, method }: { user: User; sessionId: string; method: string },
): Promise<Claims> {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: `${context.publicUrl}/auth/v1`,
    sub: user.id,
    aud: user.aud ?? 'authenticated',
    exp: issuedAt + context.settings.project.auth.jwt_expiry,
    iat: issuedAt,
    email: user.email ?? '',
    phone: user.phone ?? '',
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role ?? 'authenticated',
    aal: 'aal1',
    amr: await listMethods(sql, sessionId),
    session_id: sessionId,
    is_anonymous: false,
  };
  const hook = context.settings.project.auth.hook.custom_access_token;
  if (!hook?.enabled) return claims;
  const event = { user_id: user.id, claims, authentication_method: method };
  return (await runHook(sql, hook.uri, event, hookResultSchema)).claims;
}

async function listMethods(
  sql: Queryable,
  sessionId: string,
): Promise<{ method: string; timestamp: number }[]> {
  return sql<{ method: string; timestamp: number }[]>`
    select authentication_method as method, extract(epoch from updated_at)::int as timestamp
    from auth.mfa_amr_claims where session_id = ${sessionId} order by updated_at desc`;
}
