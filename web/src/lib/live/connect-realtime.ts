import type { RealtimeClient } from '@supabase/supabase-js';
import { afterPaint } from './after-paint.ts';

let connection: Promise<RealtimeClient> | null = null;

/** The page's one live connection, opened when the first channel needs it. Only for the browser. */
export function connectRealtime(): Promise<RealtimeClient> {
  connection ??= afterPaint()
    .then(() => import('./create-realtime-client.ts'))
    .then(({ createRealtimeClient }) => createRealtimeClient());
  return connection;
}
