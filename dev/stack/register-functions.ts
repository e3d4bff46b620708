import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 200;
const answerMsMax = 30_000;
const waitMsMax = 120_000;

/**
 * Makes the worker register its durable functions with its configured Inngest server, and resolves when they
 * are registered: an earlier event would start nothing. Throws with the last response.
 */
export async function registerFunctions(workerOrigin: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + waitMsMax;
  for (;;) {
    const problem = await tryOnce(`${workerOrigin}/api/inngest`, signal);
    if (problem === null) return;
    if (performance.now() > deadline) {
      throw new Error(`The durable functions were not registered with Inngest: ${problem}`);
    }
    await delay(retryMs, undefined, { signal });
  }
}

/** Returns the reason for a failure, or null. */
async function tryOnce(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]);
    const response = await fetch(url, { method: 'PUT', signal: limit });
    const text = await response.text();
    return response.ok ? null : `${url} answered ${response.status}: ${text.slice(0, 300)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${url} does not answer: ${error instanceof Error ? error.message : error}`;
  }
}
