import { z } from 'zod';

export const scoreRuleSchema = z.object({
  id: z.number().int(),
  metric: z.string(),
  points_per_unit: z.number(),
  daily_cap_points: z.number().int().nullable(),
  time_zone: z.string(),
  effective_from: z.string(),
});

export const addedRuleSchema = scoreRuleSchema.extend({ replayed: z.boolean().optional() });

export type ScoreRule = z.output<typeof scoreRuleSchema>;
