import { defineEnvVars } from '@sveltejs/kit/env';
import { z } from 'zod';
import { building } from '$app/env';

/** Checks a value when the site starts. A build needs none: the same build runs anywhere. */
const whenRunning =
  (schema: z.ZodType<string>) =>
  (value: string | undefined): string =>
    building ? (value ?? '') : schema.parse(value);

const url = whenRunning(z.url());
const text = whenRunning(z.string().min(1));

/** What the site needs from its environment. Public names reach the browser, the others never do. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: { public: true, schema: url },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: { public: true, schema: text },
  PUBLIC_WEB_URL: { public: true, schema: url },
  SUPABASE_SECRET_KEY: { schema: text },
  DISCORD_API_URL: { schema: whenRunning(z.url().default('https://discord.com/api')) },
  TOKEN_ENCRYPTION_KEYS: { schema: text },
});
