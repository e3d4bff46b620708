import { generateKeyPairSync } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { parseProjectConfig } from '../project-config.ts';
import type { Settings } from '../settings.ts';
import { type SupabaseServer, startSupabase } from '../supabase-server.ts';
import { type DiscordStub, startDiscordStub } from './discord-stub.ts';

export const publishableKey = 'sb_publishable_test';
export const secretKey = 'sb_secret_test';
export const siteUrl = 'http://127.0.0.1:3999';

const projectConfig = `
  [auth]
  enable_manual_linking = true
  [auth.external.discord]
  enabled = true`;

/**
 * A separate Supabase for one test file: a fresh database, the real server and a stub of Discord's sign-in.
 */
export interface TestSupabase {
  url: string;
  database: TestDatabase;
  discord: DiscordStub;
  settings: Settings;
  server: SupabaseServer;
  /** A separate client, with the publishable key by default. */
  connect: (options?: { key?: string; flowType?: 'pkce' | 'implicit' }) => SupabaseClient;
  /** A client that is signed in as a new user. */
  signUp: (name: string) => Promise<{ client: SupabaseClient; userId: string; token: string }>;
  stop: () => Promise<void>;
}

/**
 * @param adjust changes the settings before the server starts
 * @param createDatabase creates the server's database; a bare one by default
 */
export async function startTestSupabase(
  adjust: (settings: Settings) => void | Promise<void> = () => {},
  createDatabase: () => Promise<TestDatabase> = createTestDatabase,
): Promise<TestSupabase> {
  const [database, discord] = await Promise.all([createDatabase(), startDiscordStub()]);
  const settings: Settings = {
    port: 0,
    publicUrl: '',
    databaseUrl: database.superuserUrl,
    publishableKey,
    secretKey,
    signingKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    stateSecret: 'a-secret-of-tests-that-is-long-enough-for-hs256',
    discord: { baseUrl: discord.url, clientId: 'client', clientSecret: 'secret' },
    siteUrl,
    redirectUrls: [`${siteUrl}/**`],
    functionsUrl: 'http://127.0.0.1:9',
    rateLimitFactor: 1000,
    project: parseProjectConfig(projectConfig),
  };
  await adjust(settings);
  const server = await startSupabase(settings);
  const clients: SupabaseClient[] = [];
  const connect: TestSupabase['connect'] = ({ key = publishableKey, flowType = 'pkce' } = {}) => {
    const client = createClient(server.url, key, {
      auth: { persistSession: true, autoRefreshToken: false, flowType, storage: createMemoryStorage() },
      realtime: { timeout: 60_000, reconnectAfterMs: () => 50 },
    });
    clients.push(client);
    return client;
  };
  return {
    url: server.url,
    database,
    discord,
    settings,
    server,
    connect,
    signUp: async (name) => {
      const client = connect();
      const { data, error } = await client.auth.signUp({
        email: `${name}@example.test`,
        password: 'password-1',
      });
      if (error || !data.user || !data.session) throw error ?? new Error('Sign-up gave no session.');
      return { client, userId: data.user.id, token: data.session.access_token };
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.removeAllChannels()));
      await server.close();
      await Promise.all([database.drop(), discord.stop()]);
    },
  };
}

function createMemoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}
