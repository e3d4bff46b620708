import type { z } from 'zod';
import { declareEnvironment } from '#domain/platform/environment/declare-environment.ts';
import type { Variables } from '#domain/platform/environment/variables.ts';

/** Variables that both bot processes read: the gateway and the worker. */
export const describeBotVariables = (variables: Variables) => ({
  SUPABASE_URL: variables.address,
  SUPABASE_SECRET_KEY: variables.secretKey,
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: variables.publishableKey,
  PUBLIC_WEB_URL: variables.address,
  DISCORD_API_URL: variables.discordApiUrl,
  DISCORD_APPLICATION_ID: variables.discordId,
  DISCORD_BOT_TOKEN: variables.discordBotToken,
  DISCORD_INTERACTIONS: variables.discordInteractions,
});

export type BotEnvironment = z.output<z.ZodObject<ReturnType<typeof describeBotVariables>>>;

export const gatewayEnvironment = declareEnvironment('gateway', describeBotVariables);
