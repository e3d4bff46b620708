import { expect, test } from 'vitest';
import { makeRequestLimits } from '#domain/credits/testing/make-request-limits.ts';
import { describeRequestLimits } from './describe-request-limits.ts';

test.each([
  [{}, 'Up to 1,000 now; 3,000 left in 30 days, 0 of 3 waiting; above 500 two decide'],
  [
    { day_amount_max: 600, day_amount_left: 250, amount_left: 250, pending_count: 1 },
    'Up to 250 now; 250 left today, 3,000 left in 30 days, 1 of 3 waiting',
  ],
  [{ pending_count: 3, amount_left: 0 }, 'None now: 3 of 3 wait; 3,000 left in 30 days, 3 of 3 waiting'],
  [
    { day_amount_max: 600, day_amount_left: 0, amount_left: 0 },
    'None now: nothing is left today; 0 left today, 3,000 left in 30 days, 0 of 3 waiting',
  ],
  [{ period_amount_left: 0, amount_left: 0 }, 'None now; 0 left in 30 days, 0 of 3 waiting'],
  [{ second_approval_above: null }, 'Up to 1,000 now; 3,000 left in 30 days, 0 of 3 waiting'],
])('the form states the remaining limits before a request is made: %j', (change, expected) => {
  expect(describeRequestLimits(makeRequestLimits(change))).toBe(expected);
});

test('the largest numbers fit into the description of an option', () => {
  const most = 1_000_000;
  const text = describeRequestLimits(
    makeRequestLimits({
      ...{ request_amount_max: most, period_amount_max: most, period_amount_left: most, amount_left: most },
      ...{ day_amount_max: most, day_amount_left: most, period_days: 366, second_approval_above: most - 1 },
      ...{ pending_count: 999, pending_count_max: 1_000 },
    }),
  );
  expect(text.length).toBeLessThanOrEqual(100);
});
