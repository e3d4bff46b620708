import { createAdminClient, createContextClient } from '@supabase/server/core';
import type { SupabaseClient } from '@supabase/supabase-js';

let store: SupabaseClient | null = null;

/** The database as the service sees it (secret key): one client for the life of the worker. */
export function getStore(): SupabaseClient {
  store ??= createAdminClient();
  return store;
}

let publicStore: SupabaseClient | null = null;

/** The database as anybody sees it (publishable key). */
export function getPublicStore(): SupabaseClient {
  publicStore ??= createContextClient();
  return publicStore;
}
