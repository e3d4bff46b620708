import type { JWK } from 'jose';
import type { ProjectConfig } from './project-config.ts';

/** Everything the embedded Supabase needs to know; nothing in it is read from the environment later. */
export interface Settings {
  /** Port on 127.0.0.1; 0 picks a free one. */
  port: number;
  /** Address under which clients reach this server, without a trailing slash; empty: derived from the port. */
  publicUrl: string;
  /** Connection string of the superuser supabase_admin. */
  databaseUrl: string;
  publishableKey: string;
  secretKey: string;
  /** Private ES256 key (JWK) that signs access tokens. */
  signingKey: JWK;
  /** Signs the state that travels through a provider of sign-in; nothing else. */
  stateSecret: string;
  discord: DiscordSettings;
  /** Where people return to after signing in when the address they asked for is not allowed. */
  siteUrl: string;
  /** Addresses, with `*` and `**`, that sign-in may return to. */
  redirectUrls: readonly string[];
  /** Address of the Deno process that runs edge functions. */
  functionsUrl: string;
  /**
   * By how much the rate limits of the project are raised: 1 is what hosted Auth does. Tests sign in as many people from
   * one address.
   */
  rateLimitFactor: number;
  project: ProjectConfig;
}

export interface DiscordSettings {
  /** Address that `/api/oauth2/…` and `/api/users/@me` are under. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}
