import { expect, test } from 'vitest';
import { describeSuccess } from './describe-success.ts';

test.each([
  [0, 0, '–', true],
  [7, 0, '100 %', true],
  [99_999, 1, '99.9 %', true],
  [2, 1, '66.6 %', false],
  [0, 3, '0 %', false],
])('%i completed and %i failed: %s', (completed_count, failed_count, text, isGood) => {
  expect(describeSuccess({ completed_count, failed_count })).toEqual({ text, isGood });
});
