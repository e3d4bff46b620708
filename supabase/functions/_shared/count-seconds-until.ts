/** Whole seconds until a moment (ISO 8601), for Retry-After; at least one. */
export function countSecondsUntil(at: string): number {
  return Math.max(1, Math.ceil((Date.parse(at) - Date.now()) / 1000));
}
