import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { findForeignCaller } from '../../process/foreign-caller.ts';
import { InvalidRegistrationError, registerApp } from '../apps/register-app.ts';
import { isVirtualClock } from '../clock.ts';
import { parseRegistration } from '../protocol/registration.ts';
import { isAuthorized } from '../protocol/signature.ts';
import { type ApiCore, refuse } from './core.ts';
import { createEventRoutes } from './event-routes.ts';
import { createPageRoutes } from './page.ts';
import { createRunRoutes } from './run-routes.ts';

const maxBodyBytes = 16 * 1_024 * 1_024;
const advanceSchema = z.object({ ms: z.number().int().positive() });

/** Moves the clock; available only if the clock is virtual. */
function createClockRoutes(core: ApiCore): Hono {
  const routes = new Hono();
  routes.post('/_local/advance', async (c) => {
    const parsed = advanceSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    await core.advance(parsed.data.ms);
    return c.json({ ok: true });
  });
  routes.post('/_local/settle', async (c) => {
    await core.settle();
    return c.json({ ok: true });
  });
  return routes;
}

function createRegisterRoute(core: ApiCore): Hono {
  const routes = new Hono();
  routes.post('/fn/register', async (c) => {
    try {
      const registration = parseRegistration(await c.req.json());
      const isModified = await core.commit((tx) => registerApp(tx, registration));
      return c.json({ ok: true, modified: isModified });
    } catch (error) {
      if (error instanceof InvalidRegistrationError) return c.json({ error: error.message }, 400);
      if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
      if (error instanceof SyntaxError) return c.json({ error: 'The body is not JSON.' }, 400);
      throw error;
    }
  });
  return routes;
}

/**
 * The engine's complete HTTP interface, for local programs and its own pages. With a signing key, everything
 * except events and health requires it.
 */
export function createApi(core: ApiCore): Hono {
  const api = new Hono();
  const { signingKey } = core;
  api.use(async (c, next) => {
    const problem = findForeignCaller({ host: c.req.header('host'), origin: c.req.header('origin') });
    if (problem !== null) return refuse(c, 403, problem);
    await next();
    c.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    c.header('x-frame-options', 'DENY');
    c.header('x-content-type-options', 'nosniff');
  });
  api.use(async (c, next) =>
    c.req.url.includes('%00') ? refuse(c, 400, 'An address holds no NUL.') : await next(),
  );
  api.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => refuse(c, 413, 'The body is too large.') }));
  api.get('/health', (c) => c.json({ status: 200, message: 'OK' }));
  api.use(async (c, next) => {
    const isOpen = signingKey === null || c.req.path.startsWith('/e/');
    if (isOpen || isAuthorized(c.req.header('authorization'), signingKey)) return await next();
    return refuse(c, 401, 'The signing key is missing or wrong.');
  });
  api.route('/', createEventRoutes(core));
  api.route('/', createRunRoutes(core));
  api.route('/', createRegisterRoute(core));
  api.route('/', createPageRoutes(core));
  if (isVirtualClock(core.clock)) api.route('/', createClockRoutes(core));
  api.notFound((c) => refuse(c, 501, `This engine does not have ${c.req.method} ${c.req.path}.`));
  api.onError((error, c) => {
    core.log('error', 'A request failed.', { path: c.req.path, error });
    return c.json({ error: 'The engine could not do this now; try again.', status: 503 }, 503);
  });
  return api;
}
