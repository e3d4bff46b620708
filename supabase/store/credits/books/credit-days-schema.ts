import { z } from 'zod';

/** What moved on one day (UTC), and what was on hold at its end. */
export const creditDaySchema = z.object({
  day: z.string(),
  issued: z.number().int(),
  consumed: z.number().int(),
  expired: z.number().int(),
  taken_back: z.number().int(),
  held: z.number().int(),
});
export type CreditDay = z.output<typeof creditDaySchema>;
