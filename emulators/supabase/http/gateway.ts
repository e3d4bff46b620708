import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { log } from '../../process/log.ts';
import type { RestApi } from '../rest/rest-api.ts';
import type { Settings } from '../settings.ts';
import type { AccessTokens, TokenError } from '../tokens/access-token.ts';
import { identifyCaller } from './caller.ts';

export interface Services {
  auth: Hono;
  rest: RestApi;
  realtime: Hono;
  functions: (request: Request) => Promise<Response>;
  tokens: AccessTokens;
  /** Resolves when Postgres answers. */
  checkDatabase: () => Promise<unknown>;
}

/** Serves everything under one address, routed like the gateway of a hosted project. */
export function createGateway(settings: Settings, services: Services): Hono {
  const app = new Hono();
  app.use((c, next) =>
    unknownMethods.has(c.req.method)
      ? Promise.resolve(c.json({ message: 'Method Not Allowed' }, 405))
      : next(),
  );
  // Postgres cannot store NUL; PostgREST answers such requests with its error.
  app.use('/rest/v1/*', (c, next) =>
    c.req.url.includes('%00')
      ? Promise.resolve(
          c.json({ code: '22021', message: 'invalid byte sequence for encoding "UTF8": 0x00' }, 400),
        )
      : next(),
  );
  app.get('/health', async (c) => {
    const isUp = await services.checkDatabase().then(
      () => true,
      () => false,
    );
    return c.json({ status: isUp ? 'ok' : 'database unavailable' }, isUp ? 200 : 503);
  });
  app.use(
    '/rest/v1/*',
    cors({
      origin: '*',
      allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'],
      exposeHeaders: ['Content-Range', 'Content-Location', 'Preference-Applied'],
    }),
  );
  app.all('/rest/v1/*', async (c) => {
    const result = await identifyCaller(c.req.raw, settings, services.tokens, refuseToken);
    return result.ok ? services.rest.fetch(c.req.raw, result.caller.claims) : result.response;
  });
  app.all('/functions/v1/*', (c) => services.functions(c.req.raw));
  app.route('/', services.auth);
  app.route('/', services.realtime);
  app.notFound((c) => c.json({ message: 'no Route matched with those values' }, 404));
  app.onError((error, c) => {
    log('error', `${c.req.method} ${c.req.path} failed.`, { error: error.stack });
    return c.json({ message: 'An unexpected error occurred' }, 500);
  });
  return app;
}

/** Methods that a request object cannot have, so nothing here could forward them. */
const unknownMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);

function refuseToken(error: TokenError): Response {
  const isExpired = error.reason === 'expired';
  return Response.json(
    {
      code: isExpired ? 'PGRST303' : 'PGRST301',
      details: isExpired ? null : 'None of the keys was able to decode the JWT',
      hint: null,
      message: isExpired ? 'JWT expired' : 'No suitable key or wrong key type',
    },
    { status: 401, headers: { 'www-authenticate': `Bearer error="invalid_token"` } },
  );
}
