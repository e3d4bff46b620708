import { z } from 'zod';

/** A score event as its player sees it. */
export const scoreEntrySchema = z.object({
  event_id: z.number().int(),
  metric: z.string(),
  units: z.number(),
  points: z.number().int(),
  occurred_at: z.string(),
  is_void: z.boolean(),
});
