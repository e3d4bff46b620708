import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 10;

/** Resolves when the condition holds; rejects on timeout, naming the condition. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await delay(pollMs);
  }
}
