import { randomUUID } from 'node:crypto';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { checkNewUser } from '../users/check-new-user.ts';
import { findIdentity, saveIdentity, updateProviders } from '../users/identities.ts';
import {
  findUser,
  findUserByEmail,
  insertUser,
  isBanned,
  mergeMetadata,
  toJson,
  type User,
} from '../users/users.ts';
import type { DiscordAccount } from './discord-account.ts';

/**
 * Finds or creates the user for a Discord account. A known account keeps its user; an unknown one joins the
 * user with the same e-mail address if Discord has verified it, and otherwise gets a new user. A verified
 * address counts as confirmed from then on.
 */
export async function signInWithAccount(
  context: AuthContext,
  sql: Queryable,
  account: DiscordAccount,
): Promise<User> {
  const identity = await findIdentity(sql, 'discord', account.id);
  const known = identity ? await findUser(sql, identity.user_id) : await findUserToJoin(sql, account);
  const user = known ?? (await createUser(context, sql, account));
  if (isBanned(user)) throw new AuthError(403, 'user_banned', 'User is banned');
  await saveIdentity(sql, toIdentity(account, user.id));
  if (isUnconfirmed(context, user)) {
    await takeOver(sql, account, user.id);
  } else {
    await mergeMetadata(sql, user.id, { user_metadata: account.identityData });
  }
  await updateProviders(sql, user.id);
  if (account.isEmailVerified) {
    await sql`
      update auth.users set email_confirmed_at = now(), updated_at = now()
      where id = ${user.id} and email is not null and email_confirmed_at is null`;
  }
  return (await findUser(sql, user.id)) ?? user;
}

/** Whether the account's address is unproven; an account without an address has nothing to prove. */
export function isUnconfirmed({ settings }: AuthContext, user: User): boolean {
  const mayHaveNoEmail = settings.project.auth.external.discord.email_optional;
  return user.confirmed_at === null && !(mayHaveNoEmail && !user.email);
}

/**
 * The address was never proven: the password, the other identities and the name belong to whoever typed it
 * first, and would let them in alongside its owner.
 */
async function takeOver(sql: Queryable, account: DiscordAccount, userId: string): Promise<void> {
  await sql`
    update auth.users set
      encrypted_password = null, raw_user_meta_data = ${sql.json(toJson(account.identityData))}, updated_at = now()
    where id = ${userId}`;
  await sql`
    delete from auth.identities
    where user_id = ${userId} and not (provider = 'discord' and provider_id = ${account.id})`;
}

/**
 * Adds a Discord account to a signed-in user as another way to sign in; refused if the account is already
 * linked.
 */
export async function linkAccount(sql: Queryable, account: DiscordAccount, userId: string): Promise<User> {
  const user = await findUser(sql, userId);
  if (!user) throw new AuthError(404, 'user_not_found', 'User not found');
  const identity = await findIdentity(sql, 'discord', account.id);
  if (identity) {
    throw new AuthError(
      422,
      'identity_already_exists',
      identity.user_id === userId
        ? 'Identity is already linked'
        : 'Identity is already linked to another user',
    );
  }
  await saveIdentity(sql, toIdentity(account, userId));
  await updateProviders(sql, userId);
  return user;
}

async function findUserToJoin(sql: Queryable, account: DiscordAccount): Promise<User | null> {
  return account.email !== null && account.isEmailVerified ? findUserByEmail(sql, account.email) : null;
}

async function createUser(context: AuthContext, sql: Queryable, account: DiscordAccount): Promise<User> {
  const { auth } = context.settings.project;
  if (account.email === null && !auth.external.discord.email_optional) {
    throw new AuthError(500, 'unexpected_failure', 'Error getting user email from external provider');
  }
  // An unverified address that another user holds is not given to the new user.
  const isTaken = account.email !== null && (await findUserByEmail(sql, account.email)) !== null;
  const email = isTaken ? null : account.email;
  await checkNewUser(context, sql, { provider: 'discord', email, metadata: account.identityData });
  return insertUser(sql, {
    id: randomUUID(),
    email,
    is_confirmed: false,
    app_metadata: { provider: 'discord', providers: ['discord'] },
    user_metadata: account.identityData,
  });
}

function toIdentity(account: DiscordAccount, userId: string) {
  return {
    provider: 'discord',
    provider_id: account.id,
    user_id: userId,
    identity_data: account.identityData,
  };
}
