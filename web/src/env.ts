import { defineEnvVars } from '@sveltejs/kit/env';
import { z } from 'zod';
import { sealingKeySchema } from '#domain/identity/sealed-token.ts';
import { building } from '$app/env';

/** Checks a value when the site starts. A build needs none: the same build runs anywhere. */
const whenRunning =
  (schema: z.ZodType<string>) =>
  (value: string | undefined): string =>
    building ? (value ?? '') : schema.parse(value);

const url = whenRunning(z.url());
const text = whenRunning(z.string().min(1));
const sealingKey = z
  .string()
  .refine((key) => sealingKeySchema.safeParse(key).success, 'This is no public P-256 key as JWK with kid.');

/** What the site needs from its environment. Public names reach the browser, the others never do. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: { public: true, schema: url },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: { public: true, schema: text },
  PUBLIC_WEB_URL: { public: true, schema: url },
  SUPABASE_SECRET_KEY: { schema: text },
  DISCORD_API_URL: { schema: whenRunning(z.url().default('https://discord.com/api')) },
  /** Seals Discord's tokens; what opens them is the worker's. */
  TOKEN_SEALING_PUBLIC_KEY: { schema: whenRunning(sealingKey) },
});
