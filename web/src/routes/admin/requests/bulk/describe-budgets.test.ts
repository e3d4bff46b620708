import { expect, test } from 'vitest';
import { describeBudgets } from './describe-budgets.ts';

const budget = {
  amount: 5_000,
  period: 'month',
  starts_at: '2026-12-01T00:00:00Z',
  refills_at: '2027-01-01T00:00:00Z',
  used: 3_800,
  left: 1_200,
} as const;

test('each budget states what is left; a policy without one states nothing', () => {
  expect(
    describeBudgets([
      { credit_type: 'ai', group_name: null, budget },
      { credit_type: 'lead', group_name: 'Elite', budget },
      { credit_type: 'lead', group_name: null, budget: null },
    ]),
  ).toEqual([
    'The budget has 1,200 of 5,000 AI credits left this month.',
    'The budget of \u2068Elite\u2069 has 1,200 of 5,000 Lead credits left this month.',
  ]);
});
