import { z } from 'zod';

export const plannedSeasonSchema = z.object({
  board: z.string(),
  period_id: z.number().int(),
  name: z.string().nullable(),
  starts_at: z.string(),
  ends_at: z.string(),
});

export type PlannedSeason = z.output<typeof plannedSeasonSchema>;
