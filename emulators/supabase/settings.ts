import type { JWK } from 'jose';
import type { ProjectConfig } from './project-config.ts';

/** All settings of the embedded Supabase; nothing is read from the environment later. */
export interface Settings {
  /** Port on 127.0.0.1; 0 picks a free one. */
  port: number;
  /**
   * Address under which clients reach this server, without a trailing slash; if empty, derived from the port.
   */
  publicUrl: string;
  /** Connection string of the superuser supabase_admin. */
  databaseUrl: string;
  publishableKey: string;
  secretKey: string;
  /** Private ES256 key (JWK) that signs access tokens. */
  signingKey: JWK;
  /** Signs the state that travels through a sign-in provider; nothing else. */
  stateSecret: string;
  discord: DiscordSettings;
  /** Where people return after signing in if the address they requested is not allowed. */
  siteUrl: string;
  /** Addresses, with `*` and `**`, that sign-in may return to. */
  redirectUrls: readonly string[];
  /** Address of the Deno process that runs edge functions. */
  functionsUrl: string;
  /**
   * Factor by which the project's rate limits are raised; 1 equals hosted Auth. Tests sign in many people
   * from one address.
   */
  rateLimitFactor: number;
  project: ProjectConfig;
}

export interface DiscordSettings {
  /** Base address of `/api/oauth2/…` and `/api/users/@me`. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}
