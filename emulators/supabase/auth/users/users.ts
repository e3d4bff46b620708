import { randomUUID } from 'node:crypto';
import type { Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';

export type Metadata = Record<string, unknown>;

/** The used columns of a row in auth.users. */
export interface User {
  id: string;
  aud: string | null;
  role: string | null;
  email: string | null;
  phone: string | null;
  encrypted_password: string | null;
  email_confirmed_at: string | null;
  confirmed_at: string | null;
  last_sign_in_at: string | null;
  raw_app_meta_data: Metadata | null;
  raw_user_meta_data: Metadata | null;
  banned_until: string | null;
  created_at: string;
  updated_at: string;
}

export interface NewUser {
  id?: string | undefined;
  email: string | null;
  encrypted_password?: string | null;
  is_confirmed: boolean;
  role?: string | undefined;
  app_metadata: Metadata;
  user_metadata: Metadata;
}

export async function findUser(sql: Queryable, id: string): Promise<User | null> {
  const [user] = await sql<User[]>`select * from auth.users where id = ${id} and deleted_at is null`;
  return user ?? null;
}

export async function findUserByEmail(sql: Queryable, email: string): Promise<User | null> {
  const [user] = await sql<User[]>`
    select * from auth.users
    where lower(email) = ${email.toLowerCase()} and not is_sso_user and deleted_at is null`;
  return user ?? null;
}

/** Inserts a user; a taken e-mail address or id is refused as in GoTrue. */
export async function insertUser(sql: Queryable, user: NewUser): Promise<User> {
  const email = user.email?.toLowerCase() || null;
  if (email !== null && (await findUserByEmail(sql, email))) {
    throw new AuthError(422, 'email_exists', 'A user with this email address has already been registered');
  }
  const [inserted] = await sql<User[]>`
    insert into auth.users
      (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
       is_anonymous)
    values (${user.id ?? randomUUID()}, 'authenticated', ${user.role ?? 'authenticated'}, ${email},
      ${user.encrypted_password ?? null}, case when ${user.is_confirmed} then now() end,
      ${sql.json(toJson(user.app_metadata))}, ${sql.json(toJson(user.user_metadata))}, false)
    returning *`;
  if (!inserted) throw new Error('The user was not inserted.');
  return inserted;
}

/** Merges keys into both kinds of metadata; a null removes the key. */
export async function mergeMetadata(
  sql: Queryable,
  userId: string,
  changes: { app_metadata?: Metadata | undefined; user_metadata?: Metadata | undefined },
): Promise<void> {
  const app = sql.json(toJson(changes.app_metadata ?? {}));
  const own = sql.json(toJson(changes.user_metadata ?? {}));
  await sql`
    update auth.users set
      raw_app_meta_data = (coalesce(raw_app_meta_data, '{}') || ${app})
        - array(select key from jsonb_each(${app}) where value = 'null'),
      raw_user_meta_data = (coalesce(raw_user_meta_data, '{}') || ${own})
        - array(select key from jsonb_each(${own}) where value = 'null'),
      updated_at = now()
    where id = ${userId}`;
}

/** Whether the user is banned at this moment. */
export function isBanned(user: User): boolean {
  return user.banned_until !== null && Date.parse(user.banned_until) > Date.now();
}

/** Metadata as a value that is certainly JSON. */
export function toJson(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
