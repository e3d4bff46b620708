import { defineEnvVars } from '@sveltejs/kit/env';
import { z } from 'zod';

const url = z.url();
const key = z.string().min(1);

/** What the site needs from its environment. Public names reach the browser, the others never do. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: { public: true, schema: url },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: { public: true, schema: key },
  PUBLIC_WEB_URL: { public: true, schema: url },
  SUPABASE_SECRET_KEY: { schema: key },
  DISCORD_API_URL: { schema: z.url().default('https://discord.com/api') },
  TOKEN_ENCRYPTION_KEYS: { schema: key },
});
