import { creditTypes } from '../vocabulary.ts';

/** The policies of a new installation, as the database gives them. */
export function makeCreditPolicies() {
  const [ai, lead] = creditTypes;
  const common = {
    period_days: 30,
    pending_count_max: 3,
    expire_after_hours: 72,
    remind_after_hours: 24,
    grant_valid_days: null,
    updated_at: '2026-11-22T12:00:00Z',
  };
  return [
    {
      ...common,
      credit_type: ai,
      request_amount_max: 1_000,
      period_amount_max: 3_000,
      second_approval_above: 500,
    },
    {
      ...common,
      credit_type: lead,
      request_amount_max: 500,
      period_amount_max: 1_500,
      second_approval_above: null,
    },
  ];
}
