import { createStoreClient } from '#store/create-store-client.ts';
import type { BotEnvironment } from './environment.ts';
import type { BotContext } from './interactions/command.ts';
import { createDiscordRest } from './transport/rest.ts';

const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

/** The database clients and the Discord client of a Node process. */
export function createBotContext(environment: BotEnvironment): BotContext {
  const { SUPABASE_URL, SUPABASE_SECRET_KEY, PUBLIC_SUPABASE_PUBLISHABLE_KEY } = environment;
  return {
    store: createStoreClient(SUPABASE_URL, SUPABASE_SECRET_KEY),
    publicStore: createStoreClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY),
    rest: createDiscordRest({ apiUrl: environment.DISCORD_API_URL, token: environment.DISCORD_BOT_TOKEN }),
    applicationId: environment.DISCORD_APPLICATION_ID,
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
}

let provided: BotContext | null = null;

/**
 * Sets the context of this process's durable functions. Inngest calls them by id, so it cannot be passed in.
 * One client per process keeps Discord's rate limits best.
 */
export function provideBotContext(context: BotContext): void {
  provided = context;
}

/** The context this process was started with. Throws if a durable function runs in a process without one. */
export function getBotContext(): BotContext {
  if (!provided) throw new Error('This process has no bot context; its entry point must provide one.');
  return provided;
}
