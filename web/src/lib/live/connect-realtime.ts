import type { RealtimeClient } from '@supabase/supabase-js';
import { afterPaint } from './after-paint.ts';

let connection: Promise<RealtimeClient> | null = null;

/** The page's single live connection, opened by the first channel that needs it. Browser only. */
export function connectRealtime(): Promise<RealtimeClient> {
  connection ??= afterPaint()
    .then(() => import('./create-realtime-client.ts'))
    .then(({ createRealtimeClient }) => createRealtimeClient());
  return connection;
}
