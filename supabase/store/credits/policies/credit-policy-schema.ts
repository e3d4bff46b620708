import { z } from 'zod';
import { approverRoles, budgetPeriods, creditTypes } from '#domain/credits/vocabulary.ts';

/** What an admin may set. */
export const policyValuesSchema = z.object({
  request_amount_max: z.number().int(),
  day_amount_max: z.number().int().nullable(),
  period_days: z.number().int(),
  period_amount_max: z.number().int(),
  pending_count_max: z.number().int(),
  auto_approval_max: z.number().int().nullable(),
  second_approval_above: z.number().int().nullable(),
  web_only_above: z.number().int().nullable(),
  reject_comment_required: z.boolean(),
  remind_after_hours: z.number().int(),
  escalate_after_hours: z.number().int().nullable(),
  escalate_to_role: z.enum(approverRoles).nullable(),
  escalate_to_player: z.string().nullable(),
  expire_after_hours: z.number().int(),
  budget_amount: z.number().int().nullable(),
  budget_period: z.enum(budgetPeriods).nullable(),
  grant_valid_days: z.number().int().nullable(),
  /** Only of a group: from then on it has no policy of its own. */
  is_removed: z.boolean(),
});

/** One version of the policy of a credit type, for a group of players or for everybody else. */
export const policyVersionSchema = policyValuesSchema.extend({
  credit_type: z.enum(creditTypes),
  /** Null for the policy of everybody whom no group covers. */
  group_id: z.string().nullable(),
  version: z.number().int(),
  effective_from: z.string(),
  created_at: z.string(),
  /** Null if the service made it. */
  changed_by_name: z.string().nullable(),
  escalate_to_player_name: z.string().nullable(),
});

const budgetSchema = z.object({
  amount: z.number().int(),
  period: z.enum(budgetPeriods),
  starts_at: z.string(),
  refills_at: z.string(),
  used: z.number().int(),
  left: z.number().int(),
});

/** A policy in force. */
export const creditPolicySchema = policyVersionSchema.extend({
  group_name: z.string().nullable(),
  /** What a change has to name as its base; higher than `version` if a later one is planned. */
  newest_version: z.number().int(),
  planned_count: z.number().int(),
  budget: budgetSchema.nullable(),
});

export type PolicyValues = z.output<typeof policyValuesSchema>;
export type CreditPolicy = z.output<typeof creditPolicySchema>;
