import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { log } from '../../process/log.ts';
import { getKeyType } from '../http/caller.ts';
import { isDatabaseDown } from '../is-database-down.ts';
import { adminApi } from './admin-api.ts';
import type { AuthContext } from './auth-context.ts';
import { AuthError, respondWithAuthError } from './auth-error.ts';
import { startAuthorization } from './discord/authorize.ts';
import { finishAuthorization } from './discord/callback.ts';
import { readBody } from './read-body.ts';
import { refreshGrantSchema, refreshSession } from './sessions/refresh-session.ts';
import { requireUser } from './sessions/require-user.ts';
import { endSessions, type Origin } from './sessions/sessions.ts';
import {
  exchangeCode,
  passwordGrantSchema,
  pkceGrantSchema,
  signInWithPassword,
} from './sessions/sign-in.ts';
import { signUp, signUpSchema } from './users/sign-up.ts';
import { unlinkIdentity } from './users/unlink-identity.ts';
import { updateUser, updateUserSchema } from './users/update-user.ts';
import { viewUser } from './users/user-view.ts';

// Routes that a browser opens directly, without an API key.
const openPaths = /^\/auth\/v1\/(authorize|callback|health|\.well-known\/.*)$/;

// Parts of GoTrue that are omitted on purpose; callers should notice instead of getting a false success.
const missingPaths = [
  'otp',
  'magiclink',
  'recover',
  'resend',
  'verify',
  'invite',
  'reauthenticate',
  'sso',
  'factors',
];

/** The auth API under /auth/v1, with GoTrue's paths, responses and errors. */
export function createAuthApi(context: AuthContext): Hono {
  const app = new Hono().basePath('/auth/v1');
  app.use(cors({ origin: '*', exposeHeaders: ['X-Total-Count', 'Link', 'X-Supabase-Api-Version'] }));
  app.use(async (c, next) => {
    const key = c.req.header('apikey') ?? c.req.query('apikey');
    if (!openPaths.test(c.req.path) && (!key || getKeyType(key, context.settings) === null)) {
      return c.json({ message: key ? 'Invalid API key' : 'No API key found in request' }, 401);
    }
    return next();
  });
  app.onError((error, c) => respondWithAuthError(toAuthError(error), c.req.raw));
  app.notFound((c) => c.json({ code: 404, error_code: 'not_found', msg: '404: Path not found' }, 404));
  addPublicRoutes(app, context);
  addSessionRoutes(app, context);
  addUserRoutes(app, context);
  app.route('/admin', adminApi(context));
  for (const path of missingPaths) app.all(`/${path}`, () => refuseMissing(path));
  return app;
}

function addPublicRoutes(app: Hono, context: AuthContext): void {
  const { auth } = context.settings.project;
  app.get('/health', (c) =>
    c.json({ name: 'GoTrue', version: 'embedded', description: 'Auth for development' }),
  );
  app.get('/settings', (c) =>
    c.json({
      external: {
        email: auth.email.enabled,
        phone: false,
        anonymous_users: false,
        discord: auth.external.discord.enabled,
      },
      disable_signup: !auth.enable_signup,
      mailer_autoconfirm: !auth.email.enable_confirmations,
      phone_autoconfirm: false,
      sms_provider: '',
      saml_enabled: false,
    }),
  );
  app.get('/.well-known/jwks.json', (c) =>
    c.json({ keys: [context.signingKey.publicJwk] }, 200, { 'cache-control': 'public, max-age=600' }),
  );
  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      issuer: `${context.publicUrl}/auth/v1`,
      jwks_uri: `${context.publicUrl}/auth/v1/.well-known/jwks.json`,
    }),
  );
  app.get('/authorize', async (c) =>
    c.redirect(await startAuthorization(context, new URL(c.req.url).searchParams, null), 302),
  );
  app.get('/callback', async (c) =>
    c.redirect(
      await finishAuthorization(context, new URL(c.req.url).searchParams, getOrigin(c.req.raw)),
      302,
    ),
  );
}

function addSessionRoutes(app: Hono, context: AuthContext): void {
  app.post('/signup', async (c) => {
    context.rateLimits.count('sign_in_sign_ups', getAddress(c));
    return c.json(await signUp(context, await readBody(c.req.raw, signUpSchema), getOrigin(c.req.raw)));
  });
  app.post('/token', async (c) => {
    const request = c.req.raw;
    context.rateLimits.count('token_refresh', getAddress(c));
    const origin = getOrigin(request);
    switch (c.req.query('grant_type')) {
      case 'password':
        return c.json(
          await signInWithPassword(context, await readBody(request, passwordGrantSchema), origin),
        );
      case 'pkce':
        return c.json(await exchangeCode(context, await readBody(request, pkceGrantSchema), origin));
      case 'refresh_token': {
        const { refresh_token: token } = await readBody(request, refreshGrantSchema);
        return c.json(await refreshSession(context, token));
      }
      default:
        throw new AuthError(400, 'invalid_credentials', 'unsupported_grant_type');
    }
  });
  app.post('/logout', async (c) => {
    const { user, sessionId } = await requireUser(context, c.req.raw);
    const scope = c.req.query('scope') ?? 'global';
    if (scope !== 'global' && scope !== 'local' && scope !== 'others') {
      throw new AuthError(400, 'validation_failed', `Unsupported logout scope "${scope}"`);
    }
    await endSessions(context.sql, { userId: user.id, sessionId, scope });
    return c.body(null, 204);
  });
}

function addUserRoutes(app: Hono, context: AuthContext): void {
  app.get('/user', async (c) => {
    const { user } = await requireUser(context, c.req.raw);
    return c.json(await viewUser(context.sql, user));
  });
  app.put('/user', async (c) => {
    context.rateLimits.count('sign_in_sign_ups', getAddress(c));
    const signedIn = await requireUser(context, c.req.raw);
    return c.json(await updateUser(context, signedIn, await readBody(c.req.raw, updateUserSchema)));
  });
  app.get('/user/identities/authorize', async (c) => {
    const { user } = await requireUser(context, c.req.raw);
    if (!context.settings.project.auth.enable_manual_linking) {
      throw new AuthError(404, 'manual_linking_disabled', 'Manual linking is disabled');
    }
    const url = await startAuthorization(context, new URL(c.req.url).searchParams, user.id);
    return c.req.query('skip_http_redirect') === 'true' ? c.json({ url }) : c.redirect(url, 302);
  });
  app.delete('/user/identities/:id', async (c) => {
    const { user } = await requireUser(context, c.req.raw);
    await unlinkIdentity(context, user, c.req.param('id'));
    return c.json({});
  });
}

function refuseMissing(path: string): never {
  log('error', `/auth/v1/${path} was called, which the embedded auth API does not have.`);
  throw new AuthError(501, 'not_implemented', `The embedded auth API has no /${path}`);
}

/** Limits count per connecting address, because a header could be forged. */
function getAddress(c: Context): string {
  return getConnInfo(c).remote.address ?? '';
}

function getOrigin(request: Request): Origin {
  return { userAgent: request.headers.get('user-agent') };
}

function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (isDatabaseDown(error)) return new AuthError(503, 'request_timeout', 'The database cannot be reached');
  log('error', 'An auth request failed.', { error });
  return new AuthError(500, 'unexpected_failure', 'Unexpected failure, please check server logs');
}
