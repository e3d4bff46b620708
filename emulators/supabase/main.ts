// The process that serves /rest/v1, /auth/v1 and /realtime/v1 and forwards /functions/v1.
import { onEndRequested } from '../process/end-of-process.ts';
import { logFaults } from '../process/log-faults.ts';
import { readSettings } from './read-settings.ts';
import { startSupabase } from './supabase-server.ts';

// One such fault: a connection lost while it reads array types leaves a rejection that no code can catch.
logFaults();
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
