/** Whether a line is for the log alone, or also for whoever watches the terminal: `warn` and `error` are shown there. */
type LogLevel = 'info' | 'warn' | 'error';

/** Says what happened. An `error` among the details may be anything that was thrown. */
export type Log = (level: LogLevel, message: string, details?: Record<string, unknown>) => void;

/** One JSON document a line on standard error; standard output is for `ready`. */
export const log: Log = (level, message, { error, ...details } = {}) => {
  const fault = error === undefined ? {} : { error: describe(error) };
  console.error(JSON.stringify({ level, ...details, message, ...fault, at: new Date().toISOString() }));
};

function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'string') return error;
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    return String(error);
  }
}
