import { expect, test } from 'vitest';
import { describeLimits } from './describe-limits.ts';

const limits = {
  credit_type: 'ai' as const,
  request_amount_max: 1_000,
  day_amount_max: null,
  day_amount_left: null,
  period_days: 30,
  period_amount_max: 3_000,
  period_amount_left: 2_400,
  pending_count: 0,
  pending_count_max: 3,
  auto_approval_max: null,
  second_approval_above: 500,
  expire_after_hours: 72,
  amount_left: 1_000,
};

test('states how much may be requested, what is left, and above what two approvers decide', () => {
  expect(describeLimits(limits)).toBe(
    'Up to 1,000 AI credits at a time, and 3,000 in 30 days. 2,400 are left. Above 500, two approvers decide.',
  );
});

test.each([null, 1_000, 2_000])('does not mention a second approver that no request needs (%s)', (amount) => {
  expect(describeLimits({ ...limits, second_approval_above: amount, period_days: 1 })).toBe(
    'Up to 1,000 AI credits at a time, and 3,000 in 1 day. 2,400 are left.',
  );
});

test.each([
  [{ day_amount_left: 40 }, '2,400 are left, 40 of them today.'],
  [{ day_amount_left: 0 }, '2,400 are left, none of them today.'],
  [{ day_amount_left: 2_400 }, '2,400 are left. '],
  [{ period_amount_left: 0 }, 'Nothing is left of that for now.'],
  [{ pending_count: 3 }, 'You have 3 open requests: wait for a decision, or cancel one.'],
  [{ auto_approval_max: 20 }, 'Up to 20, you get them at once.'],
])('%j reads as expected', (change, expected) => {
  expect(describeLimits({ ...limits, ...change })).toContain(expected);
});
