import { expect, test } from 'vitest';
import { describeRunError } from './describe-run-error.ts';

test('an error is described with its causes, without stacks', () => {
  const error = new TypeError('It broke.', { cause: new Error('A part was missing.') });
  expect(describeRunError(error)).toEqual({
    ...{ name: 'TypeError', message: 'It broke.' },
    cause: { name: 'Error', message: 'A part was missing.' },
  });
});

test.each([
  [
    { name: 'StepError', message: 'x', stack: 'secret path' },
    { name: 'StepError', message: 'x' },
  ],
  [{ error: 'Could not find step.' }, { name: 'Error', message: 'Could not find step.' }],
  ['plain', { name: 'Error', message: 'plain' }],
  [null, { name: 'Error', message: 'null' }],
  [{ a: 1 }, { name: 'Error', message: '{"a":1}' }],
])('%j', (error, description) => {
  expect(describeRunError(error)).toEqual(description);
});

test('long messages and chains end, and secrets are redacted', () => {
  const looped: { message: string; cause?: unknown } = { message: `Bot ${'x'.repeat(5_000)}` };
  looped.cause = looped;
  const text = JSON.stringify(describeRunError(looped));
  expect(text.length).toBeLessThan(1_000);
  expect(text).not.toContain('xxx');
});
