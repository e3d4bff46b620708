import { expect, test } from 'vitest';
import { describeAuthProblem } from './describe-auth-problem.ts';

test('a taken Discord account comes with a way out', () => {
  expect(describeAuthProblem('identity_already_exists')).toContain('unlink it there');
});

test('an unknown code, also a crafted one, gets a plain sentence', () => {
  for (const code of ['', 'nonsense', '<script>']) {
    expect(describeAuthProblem(code)).toContain('Try again');
  }
});
