import type postgres from 'postgres';
import type { Settings } from '../settings.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { SigningKey } from '../tokens/signing-key.ts';

/** What the parts of the auth API work with. */
export interface AuthContext {
  settings: Settings;
  /** Address of this server without a trailing slash. */
  publicUrl: string;
  /** Pool of connections as supabase_auth_admin. */
  sql: postgres.Sql;
  tokens: AccessTokens;
  signingKey: SigningKey;
  passwords: Passwords;
}

export interface Passwords {
  hash: (password: string) => Promise<string>;
  matches: (password: string, hash: string) => Promise<boolean>;
}

/** A pool or a transaction of it. */
export type Queryable = postgres.ISql;
