import { createAdaptorServer } from '@hono/node-server';
import { z } from 'zod';
import { createAuthApi } from './auth/auth-api.ts';
import { createRateLimits } from './auth/rate-limits.ts';
import { createPasswords } from './auth/users/passwords.ts';
import { openDatabase } from './database.ts';
import { createFunctionsProxy } from './functions/functions-proxy.ts';
import { createGateway } from './http/gateway.ts';
import { getErrorCode } from './is-database-down.ts';
import { createRealtime } from './realtime/realtime.ts';
import { createRestApi } from './rest/rest-api.ts';
import type { Settings } from './settings.ts';
import { createAccessTokens } from './tokens/access-token.ts';
import { importSigningKey } from './tokens/signing-key.ts';

const addressSchema = z.object({ port: z.number() });

/** A running server; `close` ends connections, sockets and timers. */
export interface SupabaseServer {
  url: string;
  close: () => Promise<void>;
}

/** Starts all services of the embedded Supabase in this process. Rejects if the port is taken. */
export async function startSupabase(settings: Settings): Promise<SupabaseServer> {
  const signingKey = await importSigningKey(settings.signingKey);
  const tokens = createAccessTokens(signingKey);
  const server = createAdaptorServer({ fetch: (request, connection) => handle(request, connection) });
  let handle: (request: Request, connection: object) => Response | Promise<Response> = () =>
    new Response(null, { status: 503 });
  await listen(server, settings.port);
  const url = settings.publicUrl || `http://127.0.0.1:${addressSchema.parse(server.address()).port}`;

  const database = openDatabase(settings.databaseUrl);
  const rest = createRestApi(settings.databaseUrl, settings.project.api);
  const realtime = createRealtime({ settings, tokens, sql: database.admin });
  const gateway = createGateway(settings, {
    auth: createAuthApi({
      settings,
      publicUrl: url,
      sql: database.auth,
      tokens,
      signingKey,
      passwords: createPasswords(database.admin),
      rateLimits: createRateLimits(settings.project.auth.rate_limit, settings.rateLimitFactor),
    }),
    rest,
    realtime: realtime.http,
    functions: createFunctionsProxy(settings, tokens),
    tokens,
    checkDatabase: () => database.admin`select 1`,
  });
  handle = (request, connection) => gateway.fetch(request, connection);
  server.on('upgrade', realtime.upgrade);

  const close = async (): Promise<void> => {
    await realtime.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
    await Promise.all([rest.close(), database.close()]);
  };
  return { url, close };
}

function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => {
      const isTaken = getErrorCode(cause) === 'EADDRINUSE';
      reject(new Error(isTaken ? `Port ${port} is taken by another process.` : cause.message, { cause }));
    };
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
