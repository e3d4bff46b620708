import { z } from 'zod';
import { boardPeriodSchema } from '#domain/leaderboard/board-page-schema.ts';

export const periodPageSchema = z.object({
  periods: z.array(boardPeriodSchema),
  next_cursor: z.string().nullable(),
});

export type PeriodPage = z.output<typeof periodPageSchema>;
