// Vitest's global set-up for tests against the whole stack.
import type { TestProject } from 'vitest/node';
import { type ProvidedStack, provideTestStack } from './provide-test-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: ProvidedStack;
  }
}

/**
 * Tells the tests where the stack is, and returns a function that stops and removes it if it was started for
 * them.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { provided, stop } = await provideTestStack();
  project.provide('stack', provided);
  return stop;
}
