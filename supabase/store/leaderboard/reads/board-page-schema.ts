import { z } from 'zod';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { boardKinds, periodStates } from '#domain/leaderboard/vocabulary.ts';
import { standingSchema } from './standing-schema.ts';

export const boardKindSchema = z.enum(boardKinds);

export const periodStateSchema = z.enum(periodStates);

export const boardHeaderSchema = z.object({
  slug: z.string(),
  name: z.string(),
  kind: boardKindSchema,
  metric_names: z.array(z.string()),
  time_zone: z.string(),
  awards_tiers: z.boolean(),
  period_id: z.number().int().nullable(),
  period_name: z.string().nullable(),
  state: periodStateSchema,
  starts_at: z.string().nullable(),
  ends_at: z.string().nullable(),
  version: z.number().int(),
  as_of: z.string(),
  player_count: z.number().int(),
  titles_due_at: z.array(z.string().nullable()).nullable(),
});

export const boardPageSchema = z.object({
  board: boardHeaderSchema,
  standings: z.array(standingSchema),
  next_cursor: z.string().nullable(),
}) satisfies z.ZodType<BoardPage>;
