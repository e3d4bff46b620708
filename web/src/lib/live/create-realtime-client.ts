import { RealtimeClient } from '@supabase/supabase-js';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { readAccessToken } from './access-token.ts';

/** A Realtime client that authenticates the signed-in person, if there is one. Browser only. */
export function createRealtimeClient(): RealtimeClient {
  return new RealtimeClient(`${PUBLIC_SUPABASE_URL.replace(/^http/, 'ws')}/realtime/v1`, {
    params: { apikey: PUBLIC_SUPABASE_PUBLISHABLE_KEY },
    accessToken: async () => (await readAccessToken()) ?? PUBLIC_SUPABASE_PUBLISHABLE_KEY,
  });
}
