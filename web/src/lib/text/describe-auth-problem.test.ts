import { expect, test } from 'vitest';
import { describeAuthProblem } from './describe-auth-problem.ts';

test('a taken Discord account comes with a way out', () => {
  expect(describeAuthProblem('identity_already_exists')).toContain('choose another account');
});

test.each([
  'callback_without_code',
  'flow_state_not_found',
  'bad_code_verifier',
  'pkce_code_verifier_not_found',
])('after %s the person starts again, and needs nobody for it', (code) => {
  expect(describeAuthProblem(code)).toContain('Start again');
  expect(describeAuthProblem(code)).not.toContain('admin');
});

test('an unknown code, also a crafted one, gets a plain sentence', () => {
  for (const code of ['', 'nonsense', '<script>', 'constructor']) {
    expect(describeAuthProblem(code)).toContain('Try again');
  }
});
