import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { readCommunity } from './community.ts';
import type { SandboxOptions } from './sandbox.ts';

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  LOCAL_DISCORD_PORT: z.coerce.number().int().default(4400),
  LOCAL_DISCORD_STATE_FILE: z.string().min(1),
  /** JSON: the people, guilds and application that an empty state is filled with. */
  LOCAL_DISCORD_COMMUNITY_FILE: z.string().min(1),
  LOCAL_DISCORD_INTERACTIONS_URL: z.url().optional(),
  LOCAL_DISCORD_EVENTS_URL: z.url().optional(),
  /** `gateway`: the bot process answers interactions, so no endpoint may be set. */
  DISCORD_INTERACTIONS: z.literal(['http', 'gateway']).default('http'),
  LOCAL_DISCORD_REDIRECT_URI: z.url().optional(),
  /** PKCS #8 DER in base64. */
  LOCAL_DISCORD_PRIVATE_KEY: z.string(),
  DISCORD_APPLICATION_ID: z.string().regex(/^\d+$/),
  DISCORD_CLIENT_SECRET: z.string(),
  DISCORD_PUBLIC_KEY: z.string().regex(/^[0-9a-f]{64}$/),
  DISCORD_BOT_TOKEN: z.string(),
});

/** Parses the environment; throws a readable error if something is missing, or in production. */
export function readEnvironment(environment: NodeJS.ProcessEnv): SandboxOptions {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`The Discord sandbox cannot start: ${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  if (env.NODE_ENV === 'production') {
    throw new Error('The Discord sandbox refuses to run in production: it lets anybody be anybody');
  }
  const key = createPrivateKey({
    key: Buffer.from(env.LOCAL_DISCORD_PRIVATE_KEY, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    port: env.LOCAL_DISCORD_PORT,
    stateFile: env.LOCAL_DISCORD_STATE_FILE,
    credentials: {
      application_id: env.DISCORD_APPLICATION_ID,
      client_secret: env.DISCORD_CLIENT_SECRET,
      bot_token: env.DISCORD_BOT_TOKEN,
      public_key: env.DISCORD_PUBLIC_KEY,
      private_key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    },
    community: readCommunity(env.LOCAL_DISCORD_COMMUNITY_FILE),
    interactionsUrl: env.DISCORD_INTERACTIONS === 'gateway' ? null : env.LOCAL_DISCORD_INTERACTIONS_URL,
    eventsUrl: env.LOCAL_DISCORD_EVENTS_URL,
    redirectUris: env.LOCAL_DISCORD_REDIRECT_URI ? [env.LOCAL_DISCORD_REDIRECT_URI] : [],
  };
}
