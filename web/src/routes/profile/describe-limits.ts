import { creditNames } from '#domain/credits/credit-names.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { RequestLimits } from '#store/credits/policies/request-limits-schema.ts';

/** What is left of the limits: of today, of the period, and of the open requests. */
function describeRest(limits: RequestLimits): string {
  const { day_amount_left, period_amount_left, pending_count, pending_count_max } = limits;
  if (pending_count >= pending_count_max) {
    const open = `${pending_count} open ${pending_count === 1 ? 'request' : 'requests'}`;
    return `You have ${open}: wait for a decision, or cancel one.`;
  }
  if (period_amount_left === 0) return 'Nothing is left of that for now.';
  const period = `${formatNumber(period_amount_left)} are left`;
  if (day_amount_left === null || day_amount_left >= period_amount_left) return `${period}.`;
  return day_amount_left === 0
    ? `${period}, none of them today.`
    : `${period}, ${formatNumber(day_amount_left)} of them today.`;
}

/** What a player may request of a credit type, what is left of it, and who decides. */
export function describeLimits(limits: RequestLimits): string {
  const { credit_type, request_amount_max, period_amount_max, period_days } = limits;
  const { auto_approval_max, second_approval_above } = limits;
  const sentences = [
    `Up to ${formatNumber(request_amount_max)} ${creditNames[credit_type]} credits at a time, and ${formatNumber(period_amount_max)} in ${period_days} ${period_days === 1 ? 'day' : 'days'}.`,
    describeRest(limits),
  ];
  if (auto_approval_max !== null) {
    sentences.push(
      `Up to ${formatNumber(Math.min(auto_approval_max, request_amount_max))}, you get them at once.`,
    );
  }
  // A threshold that no request can reach is not mentioned.
  if (second_approval_above !== null && second_approval_above < request_amount_max) {
    sentences.push(`Above ${formatNumber(second_approval_above)}, two approvers decide.`);
  }
  return sentences.join(' ');
}
