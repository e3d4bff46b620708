import type { PolicyValues } from '#store/credits/policies/credit-policy-schema.ts';

/** The values of a policy as the fields of its form. */
export function toFields(values: Partial<PolicyValues>): Record<string, string> {
  const { escalate_to_role, escalate_to_player, reject_comment_required, is_removed: _, ...rest } = values;
  const texts = Object.entries(rest).map(([name, value]) => [name, value === null ? '' : String(value)]);
  return {
    ...Object.fromEntries(texts),
    escalate_to: escalate_to_role ?? escalate_to_player ?? '',
    reject_comment_required: reject_comment_required ? 'on' : '',
  };
}
