import type { RealtimeClient } from '@supabase/supabase-js';

/**
 * Returns a function that gives the connection the person's access token, which joins of private channels need.
 * Concurrent callers share one call: the library lets a newer call overtake an older one, which then ends before there
 * is a token.
 */
export function createAuthorize(connection: Pick<RealtimeClient, 'setAuth'>): () => Promise<void> {
  let authorizing: Promise<void> | null = null;
  return () => {
    authorizing ??= connection.setAuth().finally(() => {
      authorizing = null;
    });
    return authorizing;
  };
}
