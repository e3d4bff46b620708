const connectionErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** Whether an error means that Postgres is currently unavailable, so a retry makes sense. */
export function isDatabaseDown(error: unknown): boolean {
  const code = getErrorCode(error);
  return code !== null && (connectionErrors.has(code) || /^(08|CONNECTION_)/.test(code));
}

/** The SQLSTATE or system error code of an error or one of its causes. */
export function getErrorCode(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current instanceof AggregateError && current.errors.length > 0) {
      const code = getErrorCode(current.errors[0]);
      if (code !== null) return code;
    }
  }
  return null;
}
