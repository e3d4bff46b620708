import { creditTypes } from '#domain/credits/vocabulary.ts';
import type { CreditPolicy } from '#store/credits/policies/credit-policy-schema.ts';
import type { PlayerGroup } from '#store/credits/policies/player-group-schema.ts';

/** The policy that the page shows: that of `?type=` and `?group=`, or that of everybody. */
export function choosePolicy(
  query: URLSearchParams,
  policies: readonly CreditPolicy[],
  groups: readonly PlayerGroup[],
): {
  credit_type: CreditPolicy['credit_type'];
  group_id: string | null;
  group_name: string | null;
  /** What the form starts with: for a group without a policy, that of everybody. */
  policy: CreditPolicy | undefined;
  has_own: boolean;
} {
  const credit_type = creditTypes.find((type) => type === query.get('type')) ?? creditTypes[0];
  const group = groups.find(({ id }) => id === query.get('group'));
  const find = (group_id: string | null) =>
    policies.find((it) => it.credit_type === credit_type && it.group_id === group_id);
  const own = find(group?.id ?? null);
  return {
    credit_type,
    group_id: group?.id ?? null,
    group_name: group?.name ?? null,
    policy: own ?? find(null),
    has_own: own !== undefined,
  };
}
