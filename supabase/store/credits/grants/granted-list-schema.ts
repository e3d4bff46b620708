import { z } from 'zod';

/** What became of each line of a list, or would. */
export const grantedListSchema = z.object({
  is_done: z.boolean(),
  results: z.array(
    z.object({
      line: z.number().int(),
      player: z.string(),
      credit_type: z.string(),
      amount: z.string(),
      outcome: z.enum(['granted', 'proposed', 'scheduled', 'refused']),
      message: z.string().nullable(),
      action: z.string().nullable(),
    }),
  ),
  /** When the same list was granted last. */
  granted_before: z.string().nullable(),
});
export type GrantedList = z.output<typeof grantedListSchema>;
