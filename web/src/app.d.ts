import type { SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import type { claimsSchema } from '#lib/server/claims.ts';

declare global {
  namespace App {
    interface Error {
      /** Names this answer in the logs; shown so that a person can quote it. */
      request_id?: string;
    }
    interface Locals {
      /** Acts as the person who asks: row level security applies. */
      supabase: SupabaseClient;
      /** Verified claims of the access token, or null when nobody is signed in. */
      claims: z.infer<typeof claimsSchema> | null;
      request_id: string;
      theme: 'light' | 'dark' | 'system';
    }
  }
}
