import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';

/** A Discord account, as a sign-in reports it. */
export interface DiscordAccount {
  id: string;
  username: string;
  email: string;
}

/** Auth's answer to a person who returned from Discord. */
export type ConsentAnswer =
  | { ok: true; user_id: string }
  | { ok: false; code: 'identity_already_exists'; description: string };

/** Changes Auth's tables like the service, statement by statement and in its order. */
export class AuthPlay {
  readonly #sql: postgres.Sql;

  constructor(sql: postgres.Sql) {
    this.#sql = sql;
  }

  /** An account created by an admin, with a password. */
  async createEmailUser(email: string): Promise<string> {
    const id = randomUUID();
    await this.#sql.begin(async (sql) => {
      await sql`
        insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
        values (${id}, ${email}, now(), ${sql.json({ user_name: email.split('@')[0] ?? '' })})`;
      await this.#addIdentity(sql, id, 'email', id, {});
    });
    return id;
  }

  /** Signing in: a known identity keeps its user, an unknown one joins the user of its address or gets a new one. */
  signIn(account: DiscordAccount): Promise<string> {
    return this.#sql.begin(async (sql) => {
      const owner = await this.#findOwner(sql, account);
      if (owner) {
        await this.#touch(sql, account);
        return owner;
      }
      const [known] = await sql<{ id: string }[]>`
        select id from auth.users where email = ${account.email} and deleted_at is null`;
      const user_id = known?.id ?? randomUUID();
      if (!known) {
        await sql`
          insert into auth.users (id, email, raw_user_meta_data, raw_app_meta_data)
          values (${user_id}, ${account.email}, ${sql.json(toTraits(account))}, '{"provider": "discord"}')`;
      }
      await this.#addIdentity(sql, user_id, 'discord', account.id, toTraits(account));
      await sql`update auth.users set email_confirmed_at = coalesce(email_confirmed_at, now()) where id = ${user_id}`;
      return user_id;
    });
  }

  /** Linking: refused if the account is already linked, even to the same person. */
  link(user_id: string, account: DiscordAccount): Promise<ConsentAnswer> {
    return this.#sql.begin(async (sql): Promise<ConsentAnswer> => {
      const owner = await this.#findOwner(sql, account);
      if (owner) {
        const description = `Identity is already linked${owner === user_id ? '' : ' to another user'}`;
        return { ok: false, code: 'identity_already_exists', description };
      }
      await this.#addIdentity(sql, user_id, 'discord', account.id, toTraits(account));
      return { ok: true, user_id };
    });
  }

  /** Removes an identity through Auth's API; the last one stays. */
  async unlinkIdentity(user_id: string, account: DiscordAccount): Promise<boolean> {
    const rows = await this.#sql`
      delete from auth.identities where user_id = ${user_id} and provider_id = ${account.id}
        and (select count(*) from auth.identities where user_id = ${user_id}) > 1
      returning id`;
    return rows.length > 0;
  }

  /** Deletes the account; `softly` keeps the row without personal data. */
  async erase(user_id: string, softly: boolean): Promise<void> {
    await this.#sql.begin(async (sql) => {
      if (!softly) {
        await sql`delete from auth.users where id = ${user_id}`;
        return;
      }
      await sql`
        update auth.users set deleted_at = now(), email = null, raw_user_meta_data = '{}' where id = ${user_id}`;
      // The Auth server hashes the user's id with it: an account may be erased again under another user.
      await sql`
        update auth.identities set provider_id = md5(user_id || provider_id), identity_data = '{}'
        where user_id = ${user_id}`;
    });
  }

  async #findOwner(sql: postgres.ISql, account: DiscordAccount): Promise<string | null> {
    const [identity] = await sql<{ user_id: string }[]>`
      select user_id from auth.identities where provider = 'discord' and provider_id = ${account.id}`;
    return identity?.user_id ?? null;
  }

  async #touch(sql: postgres.ISql, account: DiscordAccount): Promise<void> {
    await sql`
      update auth.identities set identity_data = ${this.#sql.json(toTraits(account))}, updated_at = now()
      where provider = 'discord' and provider_id = ${account.id}`;
  }

  async #addIdentity(
    sql: postgres.ISql,
    user_id: string,
    provider: string,
    provider_id: string,
    traits: Record<string, string>,
  ): Promise<void> {
    await sql`
      insert into auth.identities (id, user_id, provider, provider_id, identity_data, last_sign_in_at, updated_at)
      values (${randomUUID()}, ${user_id}, ${provider}, ${provider_id}, ${this.#sql.json(traits)}, now(), now())`;
  }
}

function toTraits({ id, username, email }: DiscordAccount): Record<string, string> {
  return { sub: id, full_name: username, name: `${username}#0`, email };
}
