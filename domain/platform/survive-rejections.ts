/** Writes one line to a process's log. */
export type WriteFault = (message: string, fault: unknown) => void;

/** The part of Node's `process` that is used here. */
interface Process {
  on(event: 'unhandledRejection' | 'uncaughtExceptionMonitor', listener: (fault: unknown) => void): unknown;
}

/**
 * Has a Node process log a rejection that nobody handled, and go on: what it belonged to was answered or has given up,
 * and others are being served. An exception that nobody caught still ends the process, and is logged too: it broke off
 * whatever ran, so nothing in memory can be relied on, and whoever watches the process starts another.
 */
export function surviveRejections(write: WriteFault, process: Process = globalThis.process): void {
  process.on('unhandledRejection', (fault) => write('A rejection was not handled.', fault));
  process.on('uncaughtExceptionMonitor', (fault) =>
    write('An exception was not caught: the process ends.', fault),
  );
}
