import { createStoreClient } from '#store/create-store-client.ts';
import type { StoreClient } from '#store/store-client.ts';
import { SUPABASE_SECRET_KEY } from '$app/env/private';
import { PUBLIC_SUPABASE_URL } from '$app/env/public';

/**
 * A Supabase client with the server's own permissions, for actions that people must not do directly: counting
 * rate limits and storing sealed tokens. Never pass its results to a page unfiltered.
 */
export function createServerRoleClient(): StoreClient {
  return createStoreClient(PUBLIC_SUPABASE_URL, SUPABASE_SECRET_KEY);
}
