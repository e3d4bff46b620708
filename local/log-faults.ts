import { describeFault } from '#domain/describe-fault.ts';
import { surviveRejections } from '#domain/survive-rejections.ts';

/** Has a process of the stack write a line about each fault that nobody handled; see `surviveRejections`. */
export function logFaults(): void {
  surviveRejections((message, fault) =>
    console.error(JSON.stringify({ level: 'error', message, error: describeFault(fault) })),
  );
}
