import { createClient } from '@supabase/supabase-js';
import type { Database } from '../database.types.ts';
import { fetchInTime } from './fetch-in-time.ts';
import type { StoreClient } from './store-client.ts';

/** How each client of a process asks the database that keeps no session of a person. */
export const storeClientOptions = {
  auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  global: { fetch: fetchInTime },
};

/** A client of a whole process: with a secret key it acts as the service, with a publishable one as the public. */
export function createStoreClient(url: string, key: string): StoreClient {
  return createClient<Database>(url, key, storeClientOptions);
}
