import { inspect } from 'node:util';
import { log } from './log.ts';

/**
 * Logs unhandled rejections and keeps the process running, because one failed request must not end a shared
 * emulator. An uncaught exception still ends the process, because its state is unknown.
 */
export function logFaults(): void {
  process.on('unhandledRejection', (fault) =>
    log('error', 'An unhandled rejection.', { error: inspect(fault) }),
  );
  process.on('uncaughtExceptionMonitor', (fault) =>
    log('error', 'An uncaught exception.', { error: inspect(fault) }),
  );
}
