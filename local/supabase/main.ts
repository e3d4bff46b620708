// The process that serves /rest/v1, /auth/v1 and /realtime/v1 and passes /functions/v1 on.
import { onEndRequested } from '../end-of-process.ts';
import { isDatabaseDown } from './is-database-down.ts';
import { readSettings } from './read-settings.ts';
import { startSupabase } from './supabase-server.ts';

// A connection that is lost while it reads the types of arrays leaves a rejection that no code can reach. Everybody
// who waited for that connection was told; any other unhandled rejection is a fault and ends the process.
process.on('unhandledRejection', (reason) => {
  if (isDatabaseDown(reason)) return;
  console.error(reason);
  process.exit(1);
});

try {
  const server = await startSupabase(readSettings(process.env));
  onEndRequested(() => {
    void server.close().then(() => process.exit(0));
  });
  console.log('ready');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
