import { createClient } from '@supabase/supabase-js';
import type { Database } from '../database.types.ts';
import { fetchInTime } from './fetch-in-time.ts';
import type { StoreClient } from './store-client.ts';

/** Options of every client that belongs to a process rather than to a person's session. */
export const storeClientOptions = {
  auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  global: { fetch: fetchInTime },
};

/** Creates the client of a process. With a secret key it acts as the service, with a publishable key as the public. */
export function createStoreClient(url: string, key: string): StoreClient {
  return createClient<Database>(url, key, storeClientOptions);
}
