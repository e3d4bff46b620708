import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { RequestLimits } from '#store/credits/policies/request-limits-schema.ts';

/** Discord's limit for the description of an option. */
const descriptionLengthMax = 100;

function describeRest(limits: RequestLimits): string {
  const { day_amount_left, period_amount_left, period_days, pending_count, pending_count_max } = limits;
  const today = day_amount_left === null ? '' : `${formatNumber(day_amount_left)} left today, `;
  const period = `${formatNumber(period_amount_left)} left in ${period_days} days`;
  return `${today}${period}, ${pending_count} of ${pending_count_max} waiting`;
}

/** Why nothing can be requested at the moment. */
function describeEnd({ pending_count, pending_count_max, day_amount_left }: RequestLimits): string {
  if (pending_count >= pending_count_max) return `None now: ${pending_count} of ${pending_count_max} wait`;
  return day_amount_left === 0 ? 'None now: nothing is left today' : 'None now';
}

/** What a player may still request of a type: at once, today, in the period, and how many wait already. */
export function describeRequestLimits(limits: RequestLimits): string {
  const { amount_left, second_approval_above } = limits;
  const rest = describeRest(limits);
  if (amount_left <= 0) {
    const all = `${describeEnd(limits)}; ${rest}`;
    return all.length <= descriptionLengthMax ? all : describeEnd(limits);
  }
  const text = `Up to ${formatNumber(amount_left)} now; ${rest}`;
  // A threshold that no request can reach is not mentioned.
  if (second_approval_above === null || second_approval_above >= amount_left) return text;
  const all = `${text}; above ${formatNumber(second_approval_above)} two decide`;
  return all.length <= descriptionLengthMax ? all : text;
}
