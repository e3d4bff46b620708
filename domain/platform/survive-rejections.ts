/** Writes one line to the process log. */
export type WriteFault = (message: string, fault: unknown) => void;

/** The part of Node's `process` that is used here. */
interface Process {
  on(event: 'unhandledRejection' | 'uncaughtExceptionMonitor', listener: (fault: unknown) => void): unknown;
}

/**
 * Logs unhandled rejections and keeps the process running: the affected request has already been answered or
 * abandoned, and others are being served. An uncaught exception is logged and still ends the process, because
 * it may have left anything in memory half done; the supervisor restarts it.
 */
export function surviveRejections(write: WriteFault, process: Process = globalThis.process): void {
  process.on('unhandledRejection', (fault) => write('An unhandled rejection.', fault));
  process.on('uncaughtExceptionMonitor', (fault) => write('An uncaught exception; the process ends.', fault));
}
