import { RealtimeClient } from '@supabase/supabase-js';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { readAccessToken } from './access-token.ts';
import { createAuthorize } from './create-authorize.ts';

/** The connection of a page, and what each channel awaits before it joins. */
export interface RealtimeConnection {
  client: RealtimeClient;
  authorize: () => Promise<void>;
}

/** A Realtime client that authenticates the signed-in person, if there is one. Browser only. */
export function createRealtimeConnection(): RealtimeConnection {
  const client = new RealtimeClient(`${PUBLIC_SUPABASE_URL.replace(/^http/, 'ws')}/realtime/v1`, {
    params: { apikey: PUBLIC_SUPABASE_PUBLISHABLE_KEY },
    accessToken: async () => (await readAccessToken()) ?? PUBLIC_SUPABASE_PUBLISHABLE_KEY,
  });
  return { client, authorize: createAuthorize(client) };
}
