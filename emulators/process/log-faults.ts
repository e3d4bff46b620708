import { inspect } from 'node:util';

function write(message: string, fault: unknown): void {
  console.error(JSON.stringify({ level: 'error', message, error: inspect(fault) }));
}

/**
 * Logs unhandled rejections and keeps the process running, because one failed request must not end a shared
 * emulator. An uncaught exception still ends the process, because its state is unknown.
 */
export function logFaults(): void {
  process.on('unhandledRejection', (fault) => write('An unhandled rejection.', fault));
  process.on('uncaughtExceptionMonitor', (fault) => write('An uncaught exception.', fault));
}
