import { randomBytes } from 'node:crypto';
import { makeOpeningKey, toSealingKey } from '#domain/identity/sealed-token.ts';

/** Valid and invalid values of a variable in production. */
interface VariableCase {
  good: string;
  /** Values that every process must reject. */
  bad: readonly string[];
  isOptional?: true;
}

const hex = (byteCount: number) => randomBytes(byteCount).toString('hex');
const openingKey = await makeOpeningKey();
const secretKey = `sb_secret_${hex(16)}`;
const publishableKey = `sb_publishable_${hex(16)}`;

const address = (host: string): VariableCase => ({
  good: `https://${host}`,
  bad: [
    `http://${host}`,
    'http://127.0.0.1:54321',
    'https://127.0.0.1',
    'https://localhost',
    host,
    'https://',
  ],
});
const optional = (it: VariableCase): VariableCase => ({ ...it, isOptional: true });
const named = (key: string) => JSON.stringify({ default: key });
const madeHere = { secret: `sb_secret_local_${hex(16)}`, publishable: `sb_publishable_local_${hex(16)}` };

/** One case for each production variable. */
export const variableCases: Readonly<Record<string, VariableCase>> = {
  PUBLIC_SUPABASE_URL: address('project.supabase.co'),
  SUPABASE_URL: address('project.supabase.co'),
  SUPABASE_JWKS_URL: optional(address('project.supabase.co/auth/v1/.well-known/jwks.json')),
  PUBLIC_WEB_URL: address('arena.example'),
  INNGEST_SERVE_ORIGIN: address('worker.example'),
  INNGEST_BASE_URL: optional(address('inngest.example')),
  INNGEST_EVENT_URL: optional(address('inngest.example')),
  INNGEST_DASHBOARD_URL: optional(address('inngest.example')),
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: {
    good: publishableKey,
    bad: [secretKey, madeHere.publishable, 'sb_publishable_short', 'key'],
  },
  SUPABASE_SECRET_KEY: { good: secretKey, bad: [publishableKey, madeHere.secret, 'sb_secret_short', 'key'] },
  SUPABASE_PUBLISHABLE_KEYS: {
    good: named(publishableKey),
    bad: [named(secretKey), named(madeHere.publishable), publishableKey, '{}'],
  },
  SUPABASE_SECRET_KEYS: {
    good: named(secretKey),
    bad: [named(publishableKey), named(madeHere.secret), secretKey, '{}'],
  },
  DISCORD_API_URL: optional({
    good: 'https://discord.com/api',
    bad: ['http://127.0.0.1:4400/api', 'http://discord.com/api', 'https://discord.example/api', 'discord'],
  }),
  DISCORD_APPLICATION_ID: { good: '129000000000000001', bad: ['me', '12'] },
  DISCORD_BOT_TOKEN: {
    good: `${'M'.repeat(26)}.Gabcde.${'x'.repeat(38)}`,
    bad: [`sandbox.${hex(24)}`, 'token', 'a.b.c'],
  },
  DISCORD_CLIENT_SECRET: { good: hex(16), bad: ['secret'] },
  DISCORD_PUBLIC_KEY: { good: hex(32), bad: [hex(31), 'key'] },
  DISCORD_INTERACTIONS: optional({ good: 'http', bad: ['both'] }),
  INNGEST_SIGNING_KEY: { good: `signkey-prod-${hex(32)}`, bad: ['signkey-prod-', 'key'] },
  INNGEST_EVENT_KEY: { good: hex(24), bad: [`local_${hex(16)}`, 'key'] },
  INNGEST_DEV: optional({ good: '', bad: ['1', 'http://127.0.0.1:8288', 'https://inngest.example'] }),
  TOKEN_SEALING_PUBLIC_KEY: {
    good: JSON.stringify(toSealingKey(openingKey)),
    bad: [JSON.stringify(openingKey), 'nonsense', '{}'],
  },
  TOKEN_SEALING_PRIVATE_KEYS: {
    good: JSON.stringify({ keys: [openingKey] }),
    bad: [JSON.stringify({ keys: [toSealingKey(openingKey)] }), '{"keys":[]}', 'nonsense'],
  },
  HOST: optional({ good: '0.0.0.0', bad: [] }),
  PORT: { good: '3000', bad: ['http', '0', '65536', '-1'] },
  ADDRESS_HEADER: optional({ good: 'x-forwarded-for', bad: ['x forwarded for'] }),
  XFF_DEPTH: optional({ good: '1', bad: ['0', '-1', 'one'] }),
  BODY_SIZE_LIMIT: optional({ good: '512K', bad: ['much', '-1'] }),
};

/** Variables that no production process may have, whether it reads them or not. */
export const misplaced: Readonly<Record<string, string>> = {
  LOCAL_DATA_DIR: '/tmp/stack',
  LOCAL_SUPERUSER_URL: 'postgres://supabase_admin@127.0.0.1:54322/postgres',
  INNGEST_DEV: '1',
  DEPLOYMENT: 'staging',
};

/** A valid environment of a production process. */
export function makeGoodEnvironment(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, variableCases[name]?.good ?? '']));
}
