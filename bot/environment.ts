import { z } from 'zod';

/** What every process of the bot reads: the gateway and the worker. */
export const botEnvironment = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_SECRET_KEY: z.string().min(1),
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
  PUBLIC_WEB_URL: z.url(),
  DISCORD_API_URL: z.url().default('https://discord.com/api'),
  DISCORD_APPLICATION_ID: z.string().min(1),
  DISCORD_BOT_TOKEN: z.string().min(1),
  DISCORD_INTERACTIONS: z.enum(['http', 'gateway']).default('http'),
});

export type BotEnvironment = z.output<typeof botEnvironment>;

/** What the bot needs to know of the world. Throws, naming each missing or malformed variable. */
export function readBotEnvironment(variables: Record<string, string | undefined>): BotEnvironment {
  const parsed = botEnvironment.safeParse(variables);
  if (!parsed.success) {
    throw new Error(`the environment is incomplete:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
