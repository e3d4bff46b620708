import type { z } from 'zod';
import type { claimsSchema } from '#lib/server/session/claims.ts';
import type { Theme } from '#lib/site/theme.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import type { StoreClient } from '#store/store-client.ts';

declare global {
  namespace App {
    interface Error {
      /** Identifies this response in the logs; shown so a person can quote it. */
      request_id?: string;
    }
    interface Locals {
      /** Acts as the person who asks: row level security applies. Absent on routes that machines call. */
      supabase: StoreClient;
      /** Verified claims of the access token, or null when nobody is signed in. */
      claims: z.infer<typeof claimsSchema> | null;
      /** The signed-in person's own profile, once part of the request has read it: see readOwnProfile. */
      own_profile?: Promise<OwnProfile | null> | undefined;
      /** This request started, refreshed or ended the session. */
      is_session_written?: boolean;
      /**
       * The token was rejected although its claims were verified: its key was rotated, or its session has
       * ended.
       */
      is_session_refused?: boolean;
      request_id: string;
      theme: Theme;
    }
  }
}
