import { createClient } from '@supabase/supabase-js';
import { fetchInTime } from '#store/fetch-in-time.ts';
import type { BotEnvironment } from './environment.ts';
import type { BotContext } from './interactions/command.ts';
import { createDiscordRest } from './transport/rest.ts';

const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

/** The database clients and the Discord client of a Node process. */
export function createBotContext(environment: BotEnvironment): BotContext {
  const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
  const options = { auth, global: { fetch: fetchInTime } };
  const { SUPABASE_URL, SUPABASE_SECRET_KEY, PUBLIC_SUPABASE_PUBLISHABLE_KEY } = environment;
  return {
    store: createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, options),
    publicStore: createClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, options),
    rest: createDiscordRest({ apiUrl: environment.DISCORD_API_URL, token: environment.DISCORD_BOT_TOKEN }),
    applicationId: environment.DISCORD_APPLICATION_ID,
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
}

let provided: BotContext | null = null;

/**
 * Says with which context the durable functions of this process work. Inngest calls them by id, so they cannot be handed
 * one. There is one per process: Discord's rate limits are kept best by one client.
 */
export function provideBotContext(context: BotContext): void {
  provided = context;
}

/** The context that the process was started with. Throws when a durable function runs in a process that has none. */
export function getBotContext(): BotContext {
  if (!provided) throw new Error('This process has no bot context: its entry point has to provide one.');
  return provided;
}
