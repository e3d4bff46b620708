import { describeFault } from './describe-fault.ts';

/** One JSON line on stdout. */
export function logInfo(message: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ level: 'info', ...details, message, at: new Date().toISOString() }));
}

/** Writes one JSON line to stderr with the error, its causes and its origin. Never pass tokens in `details`. */
export function logFailure(message: string, error: unknown, details: Record<string, unknown> = {}): void {
  const at = new Date().toISOString();
  console.error(JSON.stringify({ level: 'error', ...details, message, error: describeFault(error), at }));
}
