import { sealingKeySchema } from '#domain/identity/sealed-token.ts';
import { declareEnvironment } from '#domain/platform/environment/declare-environment.ts';

/** The variables of the site; src/env.ts declares which of them reach the browser. */
export const webEnvironment = declareEnvironment('web', (variables) => ({
  PUBLIC_SUPABASE_URL: variables.address,
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: variables.publishableKey,
  PUBLIC_WEB_URL: variables.address,
  SUPABASE_SECRET_KEY: variables.secretKey,
  DISCORD_API_URL: variables.discordApiUrl,
  /** Seals Discord's tokens; only the worker can open them. */
  TOKEN_SEALING_PUBLIC_KEY: variables.of(sealingKeySchema, 'must be a public P-256 key as JWK with kid'),
  /** Where the engine of the durable functions shows its runs; without one, pages do not link to it. */
  INNGEST_DASHBOARD_URL: variables.address.optional(),
  // Read by the server that SvelteKit builds.
  HOST: variables.host,
  PORT: variables.port.default(3000),
  ADDRESS_HEADER: variables.headerName,
  XFF_DEPTH: variables.proxyDepth,
  BODY_SIZE_LIMIT: variables.byteCount,
}));
