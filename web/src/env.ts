import { defineEnvVars } from '@sveltejs/kit/env';
import { z } from 'zod';

// Not validated here: a build needs none of them, and `webEnvironment` validates all of them when the site
// starts.
const text = z.string().default('');

/** The variables of the site. Public ones reach the browser, the others never do. */
export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: { public: true, schema: text },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: { public: true, schema: text },
  PUBLIC_WEB_URL: { public: true, schema: text },
  SUPABASE_SECRET_KEY: { schema: text },
  DISCORD_API_URL: { schema: z.string().default('https://discord.com/api') },
  INNGEST_DASHBOARD_URL: { schema: text },
  /** Seals Discord's tokens; only the worker can open them. */
  TOKEN_SEALING_PUBLIC_KEY: { schema: text },
});
