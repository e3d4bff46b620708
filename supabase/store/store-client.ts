import type { SupabaseClient } from '@supabase/supabase-js';

/** The client every store function takes: with a person's session, or with the secret key. */
export type StoreClient = SupabaseClient;
