/** A database function answers in milliseconds; an answer that takes this long is not coming. */
const answerMsMax = 10_000;

/**
 * `fetch` that gives up: a request that was under way when the database died may otherwise never settle, and would
 * hold the step of a durable function, and all that wait behind it.
 */
export function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const limit = AbortSignal.timeout(answerMsMax);
  return fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
}
