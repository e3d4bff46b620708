import type { Stack } from './stack.ts';

/** Ends a test run whose stack could not be kept running, saying why: every test would only wait for it in vain. */
export function endWithStack(
  stack: Pick<Stack, 'failed' | 'stop'>,
  exit: (code: number) => void = process.exit,
): void {
  stack.failed.catch(async (error: unknown) => {
    console.error(`The stack is gone: ${error instanceof Error ? error.message : error}`);
    await stack.stop();
    exit(1);
  });
}
