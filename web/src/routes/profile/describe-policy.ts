import { creditNames } from '#domain/credits/credit-names.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { CreditPolicy } from '#store/credits/credit-policy-schema.ts';

/** What a player may request of a credit type, and who decides, according to the policy. */
export function describePolicy(policy: CreditPolicy): string {
  const { credit_type, request_amount_max, period_amount_max, period_days, second_approval_above } = policy;
  const limits = `Up to ${formatNumber(request_amount_max)} ${creditNames[credit_type]} credits at a time, and ${formatNumber(period_amount_max)} in ${period_days} ${period_days === 1 ? 'day' : 'days'}.`;
  // A threshold that no request can reach is not mentioned.
  const isReachable = second_approval_above !== null && second_approval_above < request_amount_max;
  return isReachable
    ? `${limits} Above ${formatNumber(second_approval_above)}, two approvers decide.`
    : limits;
}
