import { expect, test } from 'vitest';
import { describeFault } from './describe-fault.ts';

test('names an error, its origin and its causes', () => {
  const cause = {
    code: '42P01',
    message: 'relation "x" does not exist',
    details: 'Failing row contains (secret).',
  };
  const fault = describeFault(new TypeError('The database failed.', { cause }));
  expect(fault).toEqual({
    name: 'TypeError',
    message: 'The database failed.',
    stack: expect.stringContaining('describe-fault.test.ts'),
    cause: { name: 'object', code: '42P01', message: 'relation "x" does not exist' },
  });
});

test.each([
  ['gone', { name: 'string', message: 'gone' }],
  [undefined, { name: 'undefined', message: 'undefined' }],
  [
    { message: 'away', code: 503 },
    { name: 'object', message: 'away', code: '503' },
  ],
])('describes values that are not errors: %o', (fault, description) => {
  expect(describeFault(fault)).toEqual(description);
});

test('terminates for errors that cause each other', () => {
  const first = new Error('first');
  const second = new Error('second', { cause: first });
  first.cause = second;
  expect(JSON.stringify(describeFault(first)).match(/first/g)?.length).toBeGreaterThan(0);
});
