import { isAuthApiError, isAuthRetryableFetchError } from '@supabase/supabase-js';

/** Whether Auth could not be asked, so that its answer says nothing about the session. */
export function isAuthAway(error: unknown): boolean {
  if (isAuthRetryableFetchError(error)) return true;
  return isAuthApiError(error) && (error.status >= 500 || error.status === 429);
}
