import { z } from 'zod';
import { creditTypes, scheduledGrantStates } from '#domain/credits/vocabulary.ts';

/** A grant that takes effect later, and what became of it. */
export const scheduledGrantSchema = z.object({
  id: z.string(),
  username: z.string(),
  display_name: z.string(),
  credit_type: z.enum(creditTypes),
  amount: z.number().int(),
  reason: z.string(),
  effective_at: z.string(),
  expires_at: z.string().nullable(),
  state: z.enum(scheduledGrantStates),
  created_by_name: z.string(),
  cancelled_by_name: z.string().nullable(),
  transfer_id: z.string().nullable(),
  /** Why the rules refused it when it was due. */
  refusal: z.string().nullable(),
});
export type ScheduledGrant = z.output<typeof scheduledGrantSchema>;
