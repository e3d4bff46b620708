import { expect, test } from 'vitest';
import { describeAuthProblem } from './describe-auth-problem.ts';

test('a taken Discord account is reported with a way out', () => {
  expect(describeAuthProblem('identity_already_exists')).toContain('choose another account');
});

test.each([
  'callback_without_code',
  'flow_state_not_found',
  'bad_code_verifier',
  'pkce_code_verifier_not_found',
])('after %s the person can start again without help', (code) => {
  expect(describeAuthProblem(code)).toContain('Start again');
  expect(describeAuthProblem(code)).not.toContain('admin');
});

test('an unknown code, even a crafted one, gets a generic sentence', () => {
  for (const code of ['', 'nonsense', '<script>', 'constructor']) {
    expect(describeAuthProblem(code)).toContain('Try again');
  }
});
