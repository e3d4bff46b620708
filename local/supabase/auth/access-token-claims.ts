import { z } from 'zod';
import type { Claims } from '../tokens/access-token.ts';
import type { AuthContext, Queryable } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { toJson, type User } from './users.ts';

const hookTimeoutMs = 2000;

const hookResultSchema = z.union([
  z.object({ error: z.object({ http_code: z.number().int().optional(), message: z.string().min(1) }) }),
  z.object({
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
  }),
]);

/**
 * The claims of a new access token, after the project's custom access token hook had its say.
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
  return hook?.enabled
    ? runHook(sql, hook.uri, { user_id: user.id, claims, authentication_method: method })
    : claims;
}

async function listMethods(
  sql: Queryable,
  sessionId: string,
): Promise<{ method: string; timestamp: number }[]> {
  return sql<{ method: string; timestamp: number }[]>`
    select authentication_method as method, extract(epoch from updated_at)::int as timestamp
    from auth.mfa_amr_claims where session_id = ${sessionId} order by updated_at desc`;
}

// Runs in the caller's transaction as supabase_auth_admin, like hosted: what the hook may read is up to its grants.
async function runHook(sql: Queryable, uri: string, event: unknown): Promise<Claims> {
  const [schema = '', name = ''] = uri.split('/').slice(3);
  let rows: { result: unknown }[];
  try {
    await sql`select set_config('statement_timeout', ${String(hookTimeoutMs)}, true)`;
    rows = await sql<{ result: unknown }[]>`
      select ${sql(schema)}.${sql(name)}(${sql.json(toJson(event))}) as result`;
  } catch (cause) {
    console.error(`The hook ${uri} failed.`, cause instanceof Error ? cause.message : cause);
    throw new AuthError(500, 'unexpected_failure', `Error running hook URI: ${uri}`);
  }
  const parsed = hookResultSchema.safeParse(rows[0]?.result);
  if (!parsed.success) {
    console.error(`The hook ${uri} gave claims of another form.`, z.prettifyError(parsed.error));
    throw new AuthError(500, 'unexpected_failure', 'output claims do not conform to the expected schema');
  }
  if ('error' in parsed.data) throw refuseByHook(parsed.data.error);
  return parsed.data.claims;
}

function refuseByHook({
  http_code: status,
  message,
}: {
  http_code?: number | undefined;
  message: string;
}): AuthError {
  if (
    status === 400 ||
    status === 401 ||
    status === 403 ||
    status === 404 ||
    status === 422 ||
    status === 429
  ) {
    return new AuthError(status, 'hook_refused', message);
  }
  return new AuthError(500, 'unexpected_failure', message);
}
