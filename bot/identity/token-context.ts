import type { OpeningKey } from '#domain/identity/sealed-token.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { BotContext } from '../bot-context.ts';
import { createDiscordOauth, type DiscordOauth } from '../transport/discord-oauth.ts';

/** What is needed to use people's tokens; only the worker has it. */
export interface TokenContext {
  store: StoreClient;
  oauth: DiscordOauth;
  /** The current key first. */
  keys: readonly OpeningKey[];
  now(): number;
}

/** The part of the worker's environment needed to use tokens. */
interface TokenEnvironment {
  DISCORD_API_URL: string;
  DISCORD_APPLICATION_ID: string;
  DISCORD_CLIENT_SECRET: string;
  TOKEN_SEALING_PRIVATE_KEYS: readonly OpeningKey[];
}

/** The token context of the worker. */
export function createTokenContext(
  environment: TokenEnvironment,
  { store, clock }: BotContext,
): TokenContext {
  const oauth = createDiscordOauth({
    apiUrl: environment.DISCORD_API_URL,
    clientId: environment.DISCORD_APPLICATION_ID,
    clientSecret: environment.DISCORD_CLIENT_SECRET,
  });
  return { store, oauth, keys: environment.TOKEN_SEALING_PRIVATE_KEYS, now: clock.now };
}
