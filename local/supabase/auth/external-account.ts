import { randomUUID } from 'node:crypto';
import type { AuthContext, Queryable } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import type { DiscordAccount } from './discord-account.ts';
import { findIdentity, saveIdentity, updateProviders } from './identities.ts';
import { findUser, findUserByEmail, insertUser, isBanned, mergeMetadata, type User } from './users.ts';

/**
 * Finds or makes the user that a Discord account signs in. An account that is known keeps its user; an unknown one
 * joins the user with the same e-mail address when Discord has verified it; else it gets a user of its own.
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
  await mergeMetadata(sql, user.id, { user_metadata: account.identityData });
  await updateProviders(sql, user.id);
  return user;
}

/** Gives a signed-in user a Discord account as a further way to sign in; refused when the account is linked already. */
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
  if (!auth.enable_signup) {
    throw new AuthError(422, 'signup_disabled', 'Signups not allowed for this instance');
  }
  if (account.email === null && !auth.external.discord.email_optional) {
    throw new AuthError(500, 'unexpected_failure', 'Error getting user email from external provider');
  }
  // An address that somebody else holds and that Discord has not verified is not given to the new user.
  const isTaken = account.email !== null && (await findUserByEmail(sql, account.email)) !== null;
  return insertUser(sql, {
    id: randomUUID(),
    email: isTaken ? null : account.email,
    is_confirmed: account.email !== null && !isTaken,
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
