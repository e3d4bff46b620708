import { expect, test } from 'vitest';
import { describeProblem } from './describe-problem.ts';

test('the id below is mentioned only if there is one', () => {
  expect(describeProblem(500, '', true).action).toMatch(/ask for help with the number below\.$/);
  expect(describeProblem(500).action).toMatch(/ask for help\.$/);
});

test("a reason written for people is shown, and the framework's is not", () => {
  expect(describeProblem(404, 'There is no player “zed”.').action).toBe('There is no player “zed”.');
  expect(describeProblem(404, 'Not Found').action).toContain('Check the address');
});
