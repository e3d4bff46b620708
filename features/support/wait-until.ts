/**
 * Polls until the answer is truthy, for at most `withinMs`.
 * @returns the first answer that is neither null, undefined nor false
 * @throws with `what` and the last error on timeout
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let fault: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      fault = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited ${withinMs} ms in vain until ${what}`, { cause: fault });
}
