import { creditNames } from '#domain/credits/credit-names.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { isolate } from '#domain/platform/text/isolate.ts';
import type { CreditPolicy } from '#store/credits/policies/credit-policy-schema.ts';

type Budgeted = Pick<CreditPolicy, 'credit_type' | 'group_name' | 'budget'>;

/** What each budget has left before the decision, one sentence each. */
export function describeBudgets(policies: readonly Budgeted[]): string[] {
  return policies.flatMap(({ credit_type, group_name, budget }) => {
    if (!budget) return [];
    const whose = group_name === null ? '' : ` of ${isolate(group_name)}`;
    return `The budget${whose} has ${formatNumber(budget.left)} of ${formatNumber(budget.amount)} ${creditNames[credit_type]} credits left this ${budget.period}.`;
  });
}
