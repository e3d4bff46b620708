import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { apiScopes } from '#domain/integrations/api-scopes.ts';
import { bootstrapCluster } from '#emulators/postgres/bootstrap.ts';
import { getOwnerUrl, getSuperuserUrl } from '#emulators/postgres/cluster.ts';
import { prepareDatabase } from '#emulators/supabase/prepare-database.ts';
import { applyMigrations } from '../../database/migrate.ts';
import type { StackPlace } from '../environment.ts';

/**
 * Brings the database of a stack to the state of a hosted project after set-up: platform schemas, migrations,
 * the secrets for calling edge functions, and an API key. Idempotent.
 */
export async function prepareStackDatabase(place: StackPlace): Promise<void> {
  const { ports, secrets } = place;
  const superuserUrl = getSuperuserUrl(ports.postgres, secrets.postgres_superuser_password);
  await bootstrapCluster(superuserUrl);
  await prepareDatabase(superuserUrl);
  await applyMigrations(getOwnerUrl(ports.postgres));
  const sql = postgres(getOwnerUrl(ports.postgres), { max: 1, onnotice: () => {} });
  try {
    await storeSecret(sql, 'functions_url', `http://127.0.0.1:${ports.supabase}/functions/v1`);
    await storeSecret(sql, 'secret_key', secrets.secret_key);
    await registerApiKey(sql, secrets.api_key);
  } finally {
    await sql.end();
  }
}

async function storeSecret(sql: postgres.Sql, name: string, value: string): Promise<void> {
  const [existing] = await sql`select id from vault.secrets where name = ${name}`;
  if (existing) await sql`select vault.update_secret(${existing.id}, ${value})`;
  else await sql`select vault.create_secret(${value}, ${name})`;
}

async function registerApiKey(sql: postgres.Sql, apiKey: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local role service_role`;
    const [known] = await transaction`select public.verify_api_key(${apiKey}) is not null as is_valid`;
    if (known?.is_valid) return;
    const hash = createHash('sha256').update(apiKey).digest('hex');
    await transaction`
      select public.create_api_key('DealScale backend (local)', ${[...apiScopes]}, ${hash}, ${apiKey.slice(0, 12)},
        source => 'dealscale')`;
  });
}
