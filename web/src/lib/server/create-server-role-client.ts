import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { fetchInTime } from '#store/fetch-in-time.ts';
import { SUPABASE_SECRET_KEY } from '$app/env/private';
import { PUBLIC_SUPABASE_URL } from '$app/env/public';

/**
 * A Supabase client with the server's own permissions, for actions that people must not do directly: counting
 * rate limits and storing sealed tokens. Never pass its results to a page unfiltered.
 */
export function createServerRoleClient(): SupabaseClient {
  return createClient(PUBLIC_SUPABASE_URL, SUPABASE_SECRET_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: fetchInTime },
  });
}
