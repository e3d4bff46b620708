/** A database function answers in milliseconds; after this long, no answer will come. */
const answerMsMax = 10_000;

/**
 * `fetch` with a timeout: a request in flight when the database dies may never settle, and would block the
 * step of a durable function and everything queued behind it.
 */
export function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const limit = AbortSignal.timeout(answerMsMax);
  return fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
}
