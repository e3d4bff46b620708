import { createAdminClient, createContextClient } from '@supabase/server/core';
import { fetchInTime } from '#store/fetch-in-time.ts';
import type { StoreClient } from '#store/store-client.ts';

const supabaseOptions = { global: { fetch: fetchInTime } };

let store: StoreClient | null = null;

/** The database with the service's permissions (secret key): one client for the life of the worker. */
export function getStore(): StoreClient {
  store ??= createAdminClient({ supabaseOptions });
  return store;
}

let publicStore: StoreClient | null = null;

/** The database with the public's permissions (publishable key). */
export function getPublicStore(): StoreClient {
  publicStore ??= createContextClient({ supabaseOptions });
  return publicStore;
}
