import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';

/** What a player may request of one credit type, and what is left of it. */
export const requestLimitsSchema = z.object({
  credit_type: z.enum(creditTypes),
  request_amount_max: z.number().int(),
  /** Within 24 hours; null if only the period counts. */
  day_amount_max: z.number().int().nullable(),
  day_amount_left: z.number().int().nullable(),
  period_days: z.number().int(),
  period_amount_max: z.number().int(),
  period_amount_left: z.number().int(),
  pending_count: z.number().int(),
  pending_count_max: z.number().int(),
  /** Up to this amount a request is paid at once. */
  auto_approval_max: z.number().int().nullable(),
  second_approval_above: z.number().int().nullable(),
  expire_after_hours: z.number().int(),
  /** The largest request that would be accepted now; 0 if none. */
  amount_left: z.number().int(),
});

export type RequestLimits = z.output<typeof requestLimitsSchema>;
