import { afterPaint } from './after-paint.ts';
import type { RealtimeConnection } from './create-realtime-connection.ts';

let connection: Promise<RealtimeConnection> | null = null;

/** The page's single live connection, opened by the first channel that needs it. Browser only. */
export function connectRealtime(): Promise<RealtimeConnection> {
  connection ??= afterPaint()
    .then(() => import('./create-realtime-connection.ts'))
    .then(({ createRealtimeConnection }) => createRealtimeConnection());
  return connection;
}
