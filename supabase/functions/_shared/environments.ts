import { declareEnvironment } from '#domain/platform/environment/declare-environment.ts';
import type { Variables } from '#domain/platform/environment/variables.ts';

// The variables of each edge function. Nothing here depends on the runtime, because other code reads the
// declarations too.

/** Read by @supabase/server; set by hosted Supabase. */
const describeProject = (variables: Variables) => ({
  SUPABASE_URL: variables.address,
  SUPABASE_PUBLISHABLE_KEYS: variables.publishableKeys,
  SUPABASE_SECRET_KEYS: variables.secretKeys,
  SUPABASE_JWKS_URL: variables.address.optional(),
});

export const apiEnvironment = declareEnvironment('api', (variables) => ({
  ...describeProject(variables),
  XFF_DEPTH: variables.proxyDepth,
}));

export const metricsEnvironment = declareEnvironment('metrics', (variables) => ({
  ...describeProject(variables),
  XFF_DEPTH: variables.proxyDepth,
}));

export const relayEnvironment = declareEnvironment('relay', (variables) => ({
  ...describeProject(variables),
  INNGEST_EVENT_KEY: variables.inngestEventKey,
  INNGEST_EVENT_URL: variables.inngestUrl,
  INNGEST_BASE_URL: variables.inngestUrl,
  INNGEST_DEV: variables.inngestDev,
}));

export const interactionsEnvironment = declareEnvironment('interactions', (variables) => ({
  ...describeProject(variables),
  PUBLIC_WEB_URL: variables.address,
  DISCORD_API_URL: variables.discordApiUrl,
  DISCORD_APPLICATION_ID: variables.discordId,
  DISCORD_PUBLIC_KEY: variables.discordPublicKey,
}));

export const discordEventsEnvironment = declareEnvironment('discord-events', (variables) => ({
  ...describeProject(variables),
  DISCORD_PUBLIC_KEY: variables.discordPublicKey,
}));
