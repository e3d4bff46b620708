import type { API } from '@discordjs/core/http-only';
import { createStoreClient } from '#store/create-store-client.ts';
import type { BotEnvironment } from './environment.ts';
import type { InteractionContext } from './interactions/command.ts';
import { createDiscordApi } from './transport/create-discord-api.ts';

/** What our Node processes work with: everything that interaction handlers may use, and the whole of Discord's API. */
export interface BotContext extends InteractionContext {
  discord: API;
  applicationId: string;
}

const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

/** The database clients and the Discord client of a Node process. */
export function createBotContext(environment: BotEnvironment): BotContext {
  const { SUPABASE_URL, SUPABASE_SECRET_KEY, PUBLIC_SUPABASE_PUBLISHABLE_KEY } = environment;
  const applicationId = environment.DISCORD_APPLICATION_ID;
  const discord = createDiscordApi({
    apiUrl: environment.DISCORD_API_URL,
    token: environment.DISCORD_BOT_TOKEN,
  });
  return {
    store: createStoreClient(SUPABASE_URL, SUPABASE_SECRET_KEY),
    publicStore: createStoreClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY),
    discord,
    applicationId,
    editAnswer: async (token, message) => {
      await discord.interactions.editReply(applicationId, token, message);
    },
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
}
