import type { JWK } from 'jose';
import { z } from 'zod';
import { readProjectConfig } from './project-config.ts';
import type { Settings } from './settings.ts';

const keySchema = z
  .string()
  .transform((text): JWK => JSON.parse(text))
  .pipe(z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), d: z.string() }));

const environmentSchema = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
  SUPABASE_SECRET_KEY: z.string().min(1),
  DISCORD_API_URL: z.url(),
  DISCORD_APPLICATION_ID: z.string().min(1),
  DISCORD_CLIENT_SECRET: z.string().min(1),
  /** The project's config.toml. */
  LOCAL_SUPABASE_CONFIG_FILE: z.string().min(1),
  /** Where people return to after signing in. It moves with the ports, which config.toml does not know. */
  LOCAL_SITE_URL: z.url(),
  LOCAL_SUPABASE_PORT: z.coerce.number().int(),
  LOCAL_SUPERUSER_URL: z.string().min(1),
  LOCAL_FUNCTIONS_URL: z.url(),
  LOCAL_JWT_PRIVATE_JWK: keySchema,
  LOCAL_STATE_SECRET: z.string().min(32),
  LOCAL_AUTH_RATE_FACTOR: z.coerce.number().positive().default(1),
});

/** Reads the settings from environment variables and the project's config.toml; throws, naming what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) throw new Error(`The environment is not complete.\n${z.prettifyError(parsed.error)}`);
  const environment = parsed.data;
  const project = readProjectConfig(environment.LOCAL_SUPABASE_CONFIG_FILE);
  const siteUrl = environment.LOCAL_SITE_URL.replace(/\/$/, '');
  return {
    port: environment.LOCAL_SUPABASE_PORT,
    publicUrl: environment.SUPABASE_URL.replace(/\/$/, ''),
    databaseUrl: environment.LOCAL_SUPERUSER_URL,
    publishableKey: environment.SUPABASE_PUBLISHABLE_KEY,
    secretKey: environment.SUPABASE_SECRET_KEY,
    signingKey: environment.LOCAL_JWT_PRIVATE_JWK,
    stateSecret: environment.LOCAL_STATE_SECRET,
    discord: {
      baseUrl: environment.DISCORD_API_URL.replace(/\/api\/?$/, ''),
      clientId: environment.DISCORD_APPLICATION_ID,
      clientSecret: environment.DISCORD_CLIENT_SECRET,
    },
    siteUrl,
    redirectUrls: [...project.auth.additional_redirect_urls, `${siteUrl}/**`],
    functionsUrl: environment.LOCAL_FUNCTIONS_URL,
    rateLimitFactor: environment.LOCAL_AUTH_RATE_FACTOR,
    project,
  };
}
