import process from 'node:process';
import { createClient } from '@supabase/supabase-js';
import { fetchInTime } from '#store/fetch-in-time.ts';
import type { BotContext } from './command.ts';
import { readBotEnvironment } from './environment.ts';
import { createDiscordRest } from './rest.ts';

const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};
let context: BotContext | null = null;

/**
 * The database clients and the one Discord client of a Node process, made when first asked for:
 * Discord's rate limits are kept best by one client.
 */
export function getBotContext(): BotContext {
  if (context) return context;
  const environment = readBotEnvironment(process.env);
  const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
  const options = { auth, global: { fetch: fetchInTime } };
  const { SUPABASE_URL, SUPABASE_SECRET_KEY, PUBLIC_SUPABASE_PUBLISHABLE_KEY } = environment;
  context = {
    store: createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, options),
    publicStore: createClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, options),
    rest: createDiscordRest({ apiUrl: environment.DISCORD_API_URL, token: environment.DISCORD_BOT_TOKEN }),
    applicationId: environment.DISCORD_APPLICATION_ID,
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
  return context;
}
