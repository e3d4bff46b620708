/** One JSON line on stdout. */
export function logInfo(message: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ level: 'info', ...details, message, at: new Date().toISOString() }));
}

/** One JSON line on stderr with the error, its cause and where it came from. Never pass tokens in `details`. */
export function logFailure(message: string, error: unknown, details: Record<string, unknown> = {}): void {
  const name = error instanceof Error ? error.name : typeof error;
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause ? String(error.cause) : undefined;
  const stack = error instanceof Error ? error.stack?.split('\n').slice(1, 4).join(' ') : undefined;
  console.error(
    JSON.stringify({
      level: 'error',
      ...details,
      message,
      name,
      text,
      cause,
      stack,
      at: new Date().toISOString(),
    }),
  );
}
