import { afterEach, expect, test, vi } from 'vitest';
import { readEnvironment } from './environment.ts';
import {
  apiEnvironment,
  discordEventsEnvironment,
  interactionsEnvironment,
  metricsEnvironment,
  relayEnvironment,
} from './environments.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const project = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEYS', 'SUPABASE_SECRET_KEYS', 'SUPABASE_JWKS_URL'];
const inngest = ['INNGEST_EVENT_KEY', 'INNGEST_EVENT_URL', 'INNGEST_BASE_URL', 'INNGEST_DEV'];
const discord = ['PUBLIC_WEB_URL', 'DISCORD_API_URL', 'DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY'];
const given: Record<string, string> = {
  DEPLOYMENT: 'local',
  SUPABASE_URL: 'http://127.0.0.1:54321',
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
  PUBLIC_WEB_URL: 'http://127.0.0.1:3000',
  DISCORD_APPLICATION_ID: '333333333333333333',
  DISCORD_PUBLIC_KEY: '0'.repeat(64),
};
const needed = Object.keys(given).filter((name) => name !== 'DEPLOYMENT');

test.each([
  ['api', apiEnvironment, [...project, 'XFF_DEPTH']],
  ['metrics', metricsEnvironment, [...project, 'XFF_DEPTH']],
  ['relay', relayEnvironment, [...project, ...inngest]],
  ['interactions', interactionsEnvironment, [...project, ...discord]],
  ['discord-events', discordEventsEnvironment, [...project, 'DISCORD_PUBLIC_KEY']],
] as const)(
  'the function %s starts with its variables, and names every missing one',
  (name, declared, names) => {
    expect(declared.process).toBe(name);
    expect(declared.names).toEqual(names);
    vi.stubGlobal('Deno', { env: { toObject: () => given } });
    expect(readEnvironment<unknown>(declared)).toMatchObject({ SUPABASE_URL: given.SUPABASE_URL });
    vi.stubGlobal('Deno', { env: { toObject: () => ({ DEPLOYMENT: 'local' }) } });
    const missing = names.filter((one) => needed.includes(one)).map((one) => `\n  ${one}: is missing`);
    expect(() => readEnvironment<unknown>(declared)).toThrow(
      `The process ${name} cannot start as DEPLOYMENT=local:${missing.join('')}`,
    );
  },
);
