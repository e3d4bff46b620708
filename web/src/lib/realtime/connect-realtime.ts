import type { RealtimeClient } from '@supabase/supabase-js';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { readAccessToken } from './access-token.ts';

let connection: Promise<RealtimeClient> | null = null;

/** The page's one live connection, opened when the first channel needs it. Only for the browser. */
export function connectRealtime(): Promise<RealtimeClient> {
  connection ??= import('@supabase/supabase-js').then(({ RealtimeClient }) => {
    return new RealtimeClient(`${PUBLIC_SUPABASE_URL.replace(/^http/, 'ws')}/realtime/v1`, {
      params: { apikey: PUBLIC_SUPABASE_PUBLISHABLE_KEY },
      accessToken: async () => (await readAccessToken()) ?? PUBLIC_SUPABASE_PUBLISHABLE_KEY,
    });
  });
  return connection;
}
