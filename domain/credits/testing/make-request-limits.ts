import { creditTypes } from '../vocabulary.ts';

const [ai] = creditTypes;

/** What a player who has requested nothing may request of AI credits. */
export const makeRequestLimits = <Change extends object>(change: Change) => ({
  ...{ credit_type: ai, request_amount_max: 1_000, day_amount_max: null, day_amount_left: null },
  ...{ period_days: 30, period_amount_max: 3_000, period_amount_left: 3_000 },
  ...{ pending_count: 0, pending_count_max: 3, auto_approval_max: null },
  ...{ second_approval_above: 500, expire_after_hours: 72, amount_left: 1_000 },
  ...change,
});
