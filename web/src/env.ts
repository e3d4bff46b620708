import { defineEnvVars } from '@sveltejs/kit/env';
import { z } from 'zod';

// Taken as they are: a build needs none of them, and when the site starts `webEnvironment` has checked all together.
const text = z.string().default('');

/** What the site reads from its environment. Public names reach the browser, the others never do. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: { public: true, schema: text },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: { public: true, schema: text },
  PUBLIC_WEB_URL: { public: true, schema: text },
  SUPABASE_SECRET_KEY: { schema: text },
  DISCORD_API_URL: { schema: z.string().default('https://discord.com/api') },
  /** Seals Discord's tokens; what opens them is the worker's. */
  TOKEN_SEALING_PUBLIC_KEY: { schema: text },
});
