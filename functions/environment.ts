import { describeBotVariables } from '#bot/environment.ts';
import { openingKeysSchema } from '#domain/identity/sealed-token.ts';
import { declareEnvironment } from '#domain/platform/environment/declare-environment.ts';

export const workerEnvironment = declareEnvironment('worker', (variables) => ({
  ...describeBotVariables(variables),
  HOST: variables.host,
  PORT: variables.port,
  /** Address at which Inngest reaches this process. */
  INNGEST_SERVE_ORIGIN: variables.address,
  /** Used with the application id to refresh and revoke tokens. */
  DISCORD_CLIENT_SECRET: variables.discordClientSecret,
  /** Open the tokens that the web app sealed. */
  TOKEN_SEALING_PRIVATE_KEYS: variables.of(
    openingKeysSchema,
    'must be a JWK set of private P-256 keys with kid',
  ),
  // Read by the Inngest library.
  INNGEST_SIGNING_KEY: variables.inngestSigningKey,
  INNGEST_EVENT_KEY: variables.inngestEventKey,
  INNGEST_BASE_URL: variables.inngestUrl,
  INNGEST_DEV: variables.inngestDev,
}));
