import { z } from 'zod';
import { scoreEntrySchema } from './score-entry-schema.ts';

const place = z.object({
  version: z.number().int().nullable(),
  as_of: z.string().nullable(),
  position: z.number().int().nullable(),
  rank: z.number().int().nullable(),
  is_tied: z.boolean().nullable(),
  score: z.number().int().nullable(),
});

const passing = z.object({
  count: z.number().int(),
  /** False if only the nearest 200 neighbours were considered. */
  is_complete: z.boolean(),
  players: z.array(
    z.object({
      display_name: z.string(),
      username: z.string().nullable(),
      position_before: z.number().int().nullable(),
      position: z.number().int(),
      score: z.number().int(),
      /** Points gained in between. */
      points: z.number().int(),
    }),
  ),
});

export const explanationSchema = z.object({
  since: place,
  now: place,
  events: z.array(scoreEntrySchema),
  passed_by: passing,
  passed: passing,
});

export type MovementExplanation = z.output<typeof explanationSchema>;
