import { creditTypes } from '../vocabulary.ts';

/** The policies of a new installation, as the database gives them. */
export function makeCreditPolicies() {
  const [ai, lead] = creditTypes;
  const common = {
    group_id: null,
    group_name: null,
    version: 1,
    newest_version: 1,
    planned_count: 0,
    effective_from: '2026-11-22T12:00:00Z',
    created_at: '2026-11-22T12:00:00Z',
    changed_by_name: null,
    is_removed: false,
    day_amount_max: null,
    period_days: 30,
    pending_count_max: 3,
    auto_approval_max: null,
    web_only_above: null,
    reject_comment_required: false,
    remind_after_hours: 24,
    escalate_after_hours: null,
    escalate_to_role: null,
    escalate_to_player: null,
    escalate_to_player_name: null,
    expire_after_hours: 72,
    budget_amount: null,
    budget_period: null,
    budget: null,
    grant_valid_days: null,
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
