import { createAdminClient, createContextClient } from '@supabase/server/core';
import { storeClientOptions as supabaseOptions } from '#store/create-store-client.ts';
import type { StoreClient } from '#store/store-client.ts';

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
