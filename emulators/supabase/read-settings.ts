import type { JWK } from 'jose';
import { z } from 'zod';
import { readProjectConfig } from './project-config.ts';
import type { Settings } from './settings.ts';

const keySchema = z
  .string()
  .transform((text): JWK => JSON.parse(text))
  .pipe(z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), d: z.string() }));

const environmentSchema = z.object({
  PUBLIC_SUPABASE_URL: z.url(),
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
  SUPABASE_SECRET_KEY: z.string().min(1),
  PUBLIC_WEB_URL: z.url(),
  DISCORD_API_URL: z.url(),
  DISCORD_APPLICATION_ID: z.string().min(1),
  DISCORD_CLIENT_SECRET: z.string().min(1),
  LOCAL_SUPABASE_PORT: z.coerce.number().int(),
  LOCAL_SUPERUSER_URL: z.string().min(1),
  LOCAL_FUNCTIONS_URL: z.url(),
  LOCAL_JWT_PRIVATE_JWK: keySchema,
  LOCAL_STATE_SECRET: z.string().min(32),
  LOCAL_AUTH_RATE_FACTOR: z.coerce.number().positive().default(1),
});

const projectFile = new URL('../../supabase/config.toml', import.meta.url);

/** Reads the settings from environment variables and supabase/config.toml; throws, naming what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) throw new Error(`The environment is not complete.\n${z.prettifyError(parsed.error)}`);
  const environment = parsed.data;
  const project = readProjectConfig(projectFile);
  const webUrl = environment.PUBLIC_WEB_URL.replace(/\/$/, '');
  return {
    port: environment.LOCAL_SUPABASE_PORT,
    publicUrl: environment.PUBLIC_SUPABASE_URL.replace(/\/$/, ''),
    databaseUrl: environment.LOCAL_SUPERUSER_URL,
    publishableKey: environment.PUBLIC_SUPABASE_PUBLISHABLE_KEY,
    secretKey: environment.SUPABASE_SECRET_KEY,
    signingKey: environment.LOCAL_JWT_PRIVATE_JWK,
    stateSecret: environment.LOCAL_STATE_SECRET,
    discord: {
      baseUrl: environment.DISCORD_API_URL.replace(/\/api\/?$/, ''),
      clientId: environment.DISCORD_APPLICATION_ID,
      clientSecret: environment.DISCORD_CLIENT_SECRET,
    },
    // The web app moves with the port offset, which the configuration file does not know.
    siteUrl: webUrl,
    redirectUrls: [...project.auth.additional_redirect_urls, `${webUrl}/**`],
    functionsUrl: environment.LOCAL_FUNCTIONS_URL,
    rateLimitFactor: environment.LOCAL_AUTH_RATE_FACTOR,
    project,
  };
}
