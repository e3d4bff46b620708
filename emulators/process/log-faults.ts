import { inspect } from 'node:util';

function write(message: string, fault: unknown): void {
  console.error(JSON.stringify({ level: 'error', message, error: inspect(fault) }));
}

/**
 * Has this process log each rejected promise that nobody handled, and go on: one failed request must not end a stand-in
 * that others use. What was thrown and not caught still ends the process, because its state is unknown.
 */
export function logFaults(): void {
  process.on('unhandledRejection', (fault) => write('A rejection was not handled.', fault));
  process.on('uncaughtExceptionMonitor', (fault) => write('An exception was not caught.', fault));
}
