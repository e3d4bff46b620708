import type postgres from 'postgres';
import type { Settings } from '../settings.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { SigningKey } from '../tokens/signing-key.ts';
import type { RateLimits } from './rate-limits.ts';

/** Shared dependencies of the auth API. */
export interface AuthContext {
  settings: Settings;
  /** Address of this server without a trailing slash. */
  publicUrl: string;
  /** Pool of connections as supabase_auth_admin. */
  sql: postgres.Sql;
  tokens: AccessTokens;
  signingKey: SigningKey;
  passwords: Passwords;
  rateLimits: RateLimits;
}

export interface Passwords {
  hash: (password: string) => Promise<string>;
  /** Takes the same time without a hash to compare, so timing does not reveal which accounts exist. */
  matches: (password: string, hash: string | null) => Promise<boolean>;
}

/** A pool or a transaction of it. */
export type Queryable = postgres.ISql;
