import { isAuthApiError, isAuthRetryableFetchError } from '@supabase/supabase-js';

/** Whether Auth was unavailable, so its answer proves nothing about the session. */
export function isAuthAway(error: unknown): boolean {
  if (isAuthRetryableFetchError(error)) return true;
  return isAuthApiError(error) && (error.status >= 500 || error.status === 429);
}
