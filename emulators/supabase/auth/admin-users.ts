import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuthContext, Queryable } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { saveIdentity } from './users/identities.ts';
import { checkPasswordStrength } from './users/passwords.ts';
import { parseEmail } from './users/sign-up.ts';
import { type UserView, viewUser } from './users/user-view.ts';
import { findUser, findUserByEmail, insertUser, mergeMetadata, type User } from './users/users.ts';

export const adminUserSchema = z.object({
  id: z.uuid().optional(),
  email: z.string().nullish(),
  password: z.string().nullish(),
  password_hash: z.string().nullish(),
  email_confirm: z.boolean().nullish(),
  role: z.string().min(1).nullish(),
  app_metadata: z.record(z.string(), z.unknown()).nullish(),
  user_metadata: z.record(z.string(), z.unknown()).nullish(),
  /** `none`, or a duration such as `24h` or `1h30m`. */
  ban_duration: z.string().nullish(),
});

type AdminUser = z.infer<typeof adminUserSchema>;

export async function createUser(context: AuthContext, body: AdminUser): Promise<UserView> {
  if (!body.email) {
    throw new AuthError(400, 'validation_failed', 'Cannot create a user without either an email or phone');
  }
  const email = parseEmail(body.email);
  const hash = await chooseHash(context, body);
  const id = body.id ?? randomUUID();
  return context.sql.begin(async (sql) => {
    const user = await insertUser(sql, {
      id,
      email,
      encrypted_password: hash,
      is_confirmed: body.email_confirm ?? false,
      role: body.role ?? undefined,
      app_metadata: { provider: 'email', providers: ['email'], ...body.app_metadata },
      user_metadata: { ...body.user_metadata, email_verified: body.email_confirm ?? false },
    });
    const identity_data = { sub: id, email, email_verified: false, phone_verified: false };
    await saveIdentity(sql, { provider: 'email', provider_id: id, user_id: id, identity_data });
    if (body.ban_duration) await setBan(sql, id, body.ban_duration);
    return reload(sql, user.id);
  });
}

export async function updateUserAsAdmin(
  context: AuthContext,
  userId: string,
  body: AdminUser,
): Promise<UserView> {
  const hash = body.password || body.password_hash ? await chooseHash(context, body) : null;
  return context.sql.begin(async (sql) => {
    const user = await requireExisting(sql, userId);
    if (body.email) await changeEmail(sql, user, parseEmail(body.email));
    await sql`
      update auth.users set
        encrypted_password = coalesce(${hash}, encrypted_password),
        email_confirmed_at = case when ${body.email_confirm ?? false}
          then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
        role = coalesce(${body.role ?? null}, role)
      where id = ${userId}`;
    await mergeMetadata(sql, userId, {
      app_metadata: body.app_metadata ?? {},
      user_metadata: body.user_metadata ?? {},
    });
    if (body.ban_duration) await setBan(sql, userId, body.ban_duration);
    return reload(sql, userId);
  });
}

/** Deletes a user with sessions and identities, or with `softly` keeps the row without personal data. */
export async function deleteUser(context: AuthContext, userId: string, softly: boolean): Promise<void> {
  await context.sql.begin(async (sql) => {
    await requireExisting(sql, userId);
    if (!softly) {
      await sql`delete from auth.users where id = ${userId}`;
      return;
    }
    await sql`delete from auth.sessions where user_id = ${userId}`;
    await sql`delete from auth.identities where user_id = ${userId}`;
    await sql`
      update auth.users set deleted_at = now(), email = null, phone = null, encrypted_password = null,
        raw_app_meta_data = '{}', raw_user_meta_data = '{}'
      where id = ${userId}`;
  });
}

/** Reads one user; throws if there is none. */
export async function getUser(context: AuthContext, userId: string): Promise<UserView> {
  return viewUser(context.sql, await requireExisting(context.sql, userId));
}

/** One page of users, newest first, with the total number. */
export async function listUsers(
  context: AuthContext,
  { page, perPage }: { page: number; perPage: number },
): Promise<{ users: UserView[]; total: number }> {
  const rows = await context.sql<User[]>`
    select * from auth.users where deleted_at is null
    order by created_at desc, id limit ${perPage} offset ${(page - 1) * perPage}`;
  const [count] = await context.sql<{ total: number }[]>`
    select count(*)::int as total from auth.users where deleted_at is null`;
  const users: UserView[] = [];
  for (const row of rows) users.push(await viewUser(context.sql, row));
  return { users, total: count?.total ?? 0 };
}

async function chooseHash(context: AuthContext, body: AdminUser): Promise<string | null> {
  if (body.password_hash) return body.password_hash;
  if (!body.password) return null;
  checkPasswordStrength(body.password, context.settings.project.auth.minimum_password_length);
  return context.passwords.hash(body.password);
}

async function changeEmail(sql: Queryable, user: User, email: string): Promise<void> {
  const owner = await findUserByEmail(sql, email);
  if (owner && owner.id !== user.id) {
    throw new AuthError(422, 'email_exists', 'A user with this email address has already been registered');
  }
  await sql`update auth.users set email = ${email}, updated_at = now() where id = ${user.id}`;
  await sql`
    update auth.identities set identity_data = identity_data || ${sql.json({ email })}
    where user_id = ${user.id} and provider = 'email'`;
}

async function setBan(sql: Queryable, userId: string, duration: string): Promise<void> {
  if (duration === 'none') {
    await sql`update auth.users set banned_until = null where id = ${userId}`;
    return;
  }
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  if (!/^(\d+(\.\d+)?[hms])+$/.test(duration)) {
    throw new AuthError(400, 'validation_failed', 'invalid format for ban duration');
  }
  let seconds = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)) {
    seconds += Number(count) * (units[unit ?? 's'] ?? 1);
  }
  await sql`
    update auth.users set banned_until = now() + make_interval(secs => ${seconds}) where id = ${userId}`;
}

async function requireExisting(sql: Queryable, userId: string): Promise<User> {
  const isId = z.uuid().safeParse(userId).success;
  if (!isId) throw new AuthError(404, 'validation_failed', 'user_id must be an UUID');
  const user = await findUser(sql, userId);
  if (!user) throw new AuthError(404, 'user_not_found', 'User not found');
  return user;
}

async function reload(sql: Queryable, userId: string): Promise<UserView> {
  return viewUser(sql, await requireExisting(sql, userId));
}
