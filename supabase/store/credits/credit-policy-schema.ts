import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';

export const creditPolicySchema = z.object({
  credit_type: z.enum(creditTypes),
  request_amount_max: z.number().int(),
  period_days: z.number().int(),
  period_amount_max: z.number().int(),
  pending_count_max: z.number().int(),
  second_approval_above: z.number().int().nullable(),
  expire_after_hours: z.number().int(),
  remind_after_hours: z.number().int(),
  grant_valid_days: z.number().int().nullable(),
  updated_at: z.string(),
});

export type CreditPolicy = z.output<typeof creditPolicySchema>;
