import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import type { Context, Next } from 'hono';
import postgres from 'postgres';
import { openLastingPool } from '../../postgres/lasting-pool.ts';
import { log } from '../../process/log.ts';
import { getPostgresOptions } from '../database.ts';
import { isDatabaseDown } from '../is-database-down.ts';
import type { ProjectConfig } from '../project-config.ts';
import type { Claims } from '../tokens/access-token.ts';
import { learnArrayTypes } from './array-types.ts';
import { coverFilters } from './cover-filters.ts';
import { uncoverFilters } from './filter-text.ts';
import { databaseDown, normalizeDatabaseErrors } from './normalize-database-errors.ts';
import { refuseUnparsedSelect } from './refuse-unparsed-select.ts';
import { shortenRequestContext } from './request-context.ts';
import { createRestTypes } from './rest-types.ts';
import { type RoleSettings, readRoleSettings } from './role-settings.ts';
import { guardSchemaCache, SchemaUnavailable } from './schema-cache.ts';

export interface RestApi {
  /** Answers one request under /rest/v1 with the rights of the given claims. */
  fetch: (request: Request, claims: Claims) => Promise<Response>;
  close: () => Promise<void>;
}

const connectionCount = 8;

/**
 * The REST API of the project's database. Every request runs in a transaction as the caller's role, so grants
 * and row-level security decide; nothing runs as the connection's superuser.
 */
export function createRestApi(databaseUrl: string, api: ProjectConfig['api']): RestApi {
  const open = (onclose = () => {}) =>
    createPostgresConnection({
      url: databaseUrl,
      postgresOptions: {
        ...getPostgresOptions({ max: connectionCount }),
        types: createRestTypes(),
        onclose,
      },
    });
  const connection = open();
  let roleSettings: RoleSettings = new Map();
  const pool = openLastingPool((onclose) => open(onclose).driver, {
    prepare: async (sql) => {
      // The library passes arrays as parameters and expects arrays in rows.
      await learnArrayTypes(sql);
      roleSettings = await readRoleSettings(sql);
    },
  });
  // The library needs connections per request only; its own driver never connects.
  connection.driver.reserve = () => pool.sql.reserve();
  // Declares that row-level security is set up: the library then uses the caller's role in each request, and
  // does not grant every table to every role.
  Reflect.set(connection, 'rlsState', 'active');
  shortenRequestContext(connection, (role) => roleSettings.get(role) ?? {});
  uncoverFilters(connection);
  normalizeDatabaseErrors(connection);
  const reload = guardSchemaCache(connection, pool.replace);
  const listener = postgres(databaseUrl, getPostgresOptions({ max: 1 }));
  void listenForReloads(listener, reload);
  const claimsOf = new WeakMap<Request, Claims>();
  const app = new App({
    connection,
    auth: { enabled: true },
    studio: { enabled: false },
    storage: { enabled: false },
    db: { migrations: { enabled: false } },
    api: { enabled: true, schemas: api.schemas, max_rows: api.max_rows },
    options: {
      server: {
        apiKeys: false,
        middlewares: [(context: Context, next: Next) => setCaller(context, next, claimsOf)],
      },
    },
  });
  return {
    fetch: async (request, claims) => {
      const stripped = new Request(coverAddress(request), request);
      stripped.headers.delete('authorization');
      stripped.headers.delete('apikey');
      // On hosted Supabase the proxy overwrites the client address; here, every caller is on this machine.
      stripped.headers.set('cf-connecting-ip', '127.0.0.1');
      claimsOf.set(stripped, claims);
      try {
        await connection.introspect({ useCache: true });
      } catch (error) {
        if (isDatabaseDown(error) || error instanceof SchemaUnavailable) return respondDatabaseDown();
        throw error;
      }
      return refuseUnparsedSelect(await app.fetch(stripped));
    },
    close: async () => {
      await Promise.all([listener.end({ timeout: 1 }), pool.close()]);
    },
  };
}

function coverAddress({ url, method }: Request): string {
  const address = new URL(url);
  const isCallByGet = address.pathname.includes('/rpc/') && (method === 'GET' || method === 'HEAD');
  address.search = coverFilters(address.searchParams, isCallByGet).toString();
  return address.toString();
}

function setCaller(context: Context, next: Next, claimsOf: WeakMap<Request, Claims>): Promise<void> {
  const claims = claimsOf.get(context.req.raw);
  if (!claims) throw new Error('A request reached the REST API without claims.');
  context.set('ignoreAuthorization', true);
  context.set('jwt', claims);
  context.set('userId', claims.sub);
  return next();
}

// Hosted Supabase listens to `notify pgrst, 'reload schema'`. After a lost connection a notification may have
// been missed.
async function listenForReloads(sql: postgres.Sql, reload: () => void): Promise<void> {
  const retryDelayMs = 500;
  try {
    await sql.listen(
      'pgrst',
      (message) => (message === '' || message === 'reload schema') && reload(),
      reload,
    );
  } catch (error) {
    if (!isDatabaseDown(error)) log('error', 'Cannot listen for schema changes.', { error });
    setTimeout(() => void listenForReloads(sql, reload), retryDelayMs).unref();
  }
}

function respondDatabaseDown(): Response {
  return Response.json(databaseDown, { status: 503, headers: { 'retry-after': '1' } });
}
