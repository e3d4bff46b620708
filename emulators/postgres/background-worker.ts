// The process that runs cron.job and sends net.http_request_queue.
import { z } from 'zod';
import { onEndRequested } from '../process/end-of-process.ts';
import { log } from '../process/log.ts';
import { logFaults } from '../process/log-faults.ts';
import { doBackgroundWork } from './background-work.ts';

const environment = z.object({ LOCAL_SUPERUSER_URL: z.string() }).parse(process.env);
const ending = new AbortController();
logFaults();
onEndRequested(() => ending.abort());

await doBackgroundWork({
  superuserUrl: environment.LOCAL_SUPERUSER_URL,
  signal: ending.signal,
  onReady: () => console.log('ready'),
  onProblem: (message) => log('info', message),
});
process.exit(0);
