import { z } from 'zod';
import { boardKindSchema } from '#domain/leaderboard/board-page-schema.ts';
import { latePolicies } from '#domain/leaderboard/vocabulary.ts';

export const createdBoardSchema = z.object({
  slug: z.string(),
  name: z.string(),
  kind: boardKindSchema,
  metrics: z.array(z.string()).nullable(),
  time_zone: z.string(),
  awards_tiers: z.boolean(),
  announces_ranks: z.boolean(),
  rank_news_top: z.number().int(),
  rank_news_min_places: z.number().int(),
  late_policy: z.enum(latePolicies),
  /** An interval as Postgres prints it. */
  close_grace: z.string(),
  title_hold_refreshes: z.number().int(),
  is_active: z.boolean(),
});

export type CreatedBoard = z.output<typeof createdBoardSchema>;
