import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { PolicyValues } from '#store/credits/policies/credit-policy-schema.ts';
import type { ReplayedOutcome } from '#store/credits/policies/preview-credit-policy.ts';

/** What people read for each field of a policy. */
export const fieldNames: Record<keyof PolicyValues, string> = {
  request_amount_max: 'Largest request',
  day_amount_max: 'Amount in 24 hours',
  period_days: 'Days of the period',
  period_amount_max: 'Amount in the period',
  pending_count_max: 'Open requests',
  auto_approval_max: 'Approved at once up to',
  second_approval_above: 'Second approver above',
  web_only_above: 'On the web only above',
  reject_comment_required: 'Comment required on reject',
  remind_after_hours: 'Reminder after (hours)',
  escalate_after_hours: 'Escalation after (hours)',
  escalate_to_role: 'Escalated to',
  escalate_to_player: 'Escalated to',
  expire_after_hours: 'Expiry after (hours)',
  budget_amount: 'Budget',
  budget_period: 'Budget period',
  grant_valid_days: 'Credits valid (days)',
  is_removed: 'Own policy removed',
};

export const outcomeNames: Record<ReplayedOutcome, string> = {
  automatic: 'Approved at once',
  one_approver: 'One approver decides',
  two_approvers: 'Two approvers decide',
  expired: 'Expires undecided',
  budget_empty: 'Budget is empty',
  refused_amount: 'Refused: too large',
  refused_day: 'Refused: too much in a day',
  refused_period: 'Refused: too much in the period',
  refused_pending: 'Refused: too many open requests',
};

/** A value of a policy as a word: `off`, `yes`, `1,000`. */
export function describeValue(value: PolicyValues[keyof PolicyValues] | undefined): string {
  if (value === null || value === undefined) return 'off';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? formatNumber(value) : value;
}
