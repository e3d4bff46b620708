import { expect, it } from 'vitest';
import { runSteps } from './run-steps.ts';

it('runs a step after its dependencies and not after a failure', async () => {
  const order: string[] = [];
  const step = (name: string, needs: string[]) => ({
    name,
    needs,
    run: async () => {
      order.push(name);
      if (name === 'bad') throw new Error('bad luck');
    },
  });
  await runSteps([step('a', []), step('b', ['a']), step('c', ['a', 'b'])]);
  expect(order).toEqual(['a', 'b', 'c']);
  order.length = 0;
  await expect(runSteps([step('bad', []), step('after', ['bad'])])).rejects.toThrow('bad luck');
  expect(order).toEqual(['bad']);
});

it('refuses a dependency on a later step', async () => {
  const step = { name: 'a', needs: ['b'], run: async () => {} };
  await expect(runSteps([step])).rejects.toThrow('does not come before');
});
