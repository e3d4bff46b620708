import { expect, test, vi } from 'vitest';
import { endWithStack } from './end-with-stack.ts';

test('a stack that cannot be kept running ends the run with its reason and leaves nothing behind', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const stop = vi.fn(() => Promise.resolve());
  const stack = { failed: Promise.reject(new Error('web crashed 11 times in a row')), stop };
  const exited = new Promise<number>((exit) => endWithStack(stack, exit));
  expect(await exited).toBe(1);
  expect(stop).toHaveBeenCalledOnce();
  expect(said).toHaveBeenCalledWith(expect.stringContaining('web crashed 11 times in a row'));
});
