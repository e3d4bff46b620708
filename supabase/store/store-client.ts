import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../database.types.ts';

/** The client that every store function takes: with a person's session, or with the secret key. */
export type StoreClient = SupabaseClient<Database>;
