import { randomUUID } from 'node:crypto';
import type { Queryable } from '../auth-context.ts';
import { type Metadata, toJson } from './users.ts';

/** One row of auth.identities: a way for a user to sign in. */
export interface Identity {
  id: string;
  provider: string;
  provider_id: string;
  user_id: string;
  identity_data: Metadata;
  email: string | null;
  last_sign_in_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface NewIdentity {
  provider: string;
  provider_id: string;
  user_id: string;
  identity_data: Metadata;
}

/** The identities of a user, oldest first. */
export async function listIdentities(sql: Queryable, userId: string): Promise<Identity[]> {
  return sql<Identity[]>`
    select * from auth.identities where user_id = ${userId} order by created_at, id`;
}

export async function findIdentity(
  sql: Queryable,
  provider: string,
  providerId: string,
): Promise<Identity | null> {
  const [identity] = await sql<Identity[]>`
    select * from auth.identities where provider = ${provider} and provider_id = ${providerId} for update`;
  return identity ?? null;
}

/** Adds an identity, or updates an existing one. */
export async function saveIdentity(sql: Queryable, identity: NewIdentity): Promise<void> {
  await sql`
    insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at)
    values (${randomUUID()}, ${identity.provider}, ${identity.provider_id}, ${identity.user_id},
      ${sql.json(toJson(identity.identity_data))}, now())
    on conflict (provider, provider_id) do update set
      identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()`;
}

/** Writes the user's list of providers, oldest first, to the app metadata. */
export async function updateProviders(sql: Queryable, userId: string): Promise<void> {
  const identities = await listIdentities(sql, userId);
  const providers = [...new Set(identities.map((identity) => identity.provider))];
  const changes = providers[0] === undefined ? { providers } : { provider: providers[0], providers };
  await sql`
    update auth.users set
      raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || ${sql.json(changes)}, updated_at = now()
    where id = ${userId}`;
}
