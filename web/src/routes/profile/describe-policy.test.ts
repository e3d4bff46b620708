import { expect, test } from 'vitest';
import { describePolicy } from './describe-policy.ts';

const policy = {
  credit_type: 'ai' as const,
  request_amount_max: 1_000,
  period_days: 30,
  period_amount_max: 3_000,
  pending_count_max: 3,
  second_approval_above: 500,
  expire_after_hours: 72,
  remind_after_hours: 24,
  grant_valid_days: null,
  updated_at: '2026-11-22T12:00:00Z',
};

test('a policy states how much may be requested, and above what two approvers decide', () => {
  expect(describePolicy(policy)).toBe(
    'Up to 1,000 AI credits at a time, and 3,000 in 30 days. Above 500, two approvers decide.',
  );
});

test.each([null, 1_000, 2_000])('does not mention a second approver that no request needs (%s)', (amount) => {
  expect(describePolicy({ ...policy, second_approval_above: amount, period_days: 1 })).toBe(
    'Up to 1,000 AI credits at a time, and 3,000 in 1 day.',
  );
});
