import type { SupabaseClient } from '@supabase/supabase-js';
import type { DiscordStub } from './discord-stub.ts';
import { siteUrl } from './start-test-supabase.ts';

/** A client of supabase-js or of @supabase/ssr. */
interface Client {
  auth: Pick<SupabaseClient['auth'], 'signInWithOAuth' | 'exchangeCodeForSession'>;
}

/** A person with one or several Discord accounts who signs in with them. */
export interface DiscordPerson {
  /** Signs a person with this name in to Discord; returns the account's id. */
  become: (username: string, account?: { email?: string | undefined; verified?: boolean }) => string;
  /** Follows the redirects of a sign-in until they leave for the site, and returns that address. */
  follow: (start: string) => Promise<URL>;
  authorize: (client: Client, redirectTo?: string) => Promise<URL>;
  signIn: (client: Client) => ReturnType<Client['auth']['exchangeCodeForSession']>;
}

export function createDiscordPerson(discord: DiscordStub): DiscordPerson {
  let lastId = 80351110224678912n;
  const follow: DiscordPerson['follow'] = async (start) => {
    let url = start;
    while (!url.startsWith(siteUrl)) {
      const response = await fetch(url, { redirect: 'manual' });
      const next = response.headers.get('location');
      if (next === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
      url = next;
    }
    return new URL(url);
  };
  const authorize: DiscordPerson['authorize'] = async (client, redirectTo = `${siteUrl}/welcome`) => {
    const { data } = await client.auth.signInWithOAuth({
      provider: 'discord',
      options: { redirectTo, scopes: 'guilds.join', skipBrowserRedirect: true },
    });
    return follow(data.url ?? '');
  };
  return {
    become: (username, account = {}) => {
      lastId += 1n;
      const id = String(lastId);
      discord.signedIn = {
        id,
        username,
        discriminator: '0',
        global_name: username.toUpperCase(),
        avatar: 'a_1234',
        email: `${username}@example.test`,
        verified: true,
        ...account,
      };
      return id;
    },
    follow,
    authorize,
    signIn: async (client) => {
      const url = await authorize(client);
      return client.auth.exchangeCodeForSession(url.searchParams.get('code') ?? '');
    },
  };
}
