/** Logs a message, object first. */
export type Log = (details: Record<string, unknown>, message: string) => void;

/** One JSON document per line on standard error; standard output is for `ready`. */
export const logToStderr: Log = (details, message) => {
  process.stderr.write(`${JSON.stringify({ ...details, message })}\n`);
};
