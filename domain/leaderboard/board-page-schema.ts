import { z } from 'zod';
import { standingSchema } from './standing-schema.ts';
import { boardKinds, periodStates } from './vocabulary.ts';

export const boardKindSchema = z.enum(boardKinds);

/** A board and the period that a page shows. */
export const boardHeaderSchema = z.object({
  slug: z.string(),
  name: z.string(),
  kind: boardKindSchema,
  metric_names: z.array(z.string()),
  time_zone: z.string(),
  /** Whether positions award tiers. For a closed period: whether they did, whatever the board has done since. */
  awards_tiers: z.boolean(),
  /** Null until the board's first season is planned. */
  period_id: z.number().int().nullable(),
  period_name: z.string().nullable(),
  state: z.enum(periodStates),
  /** Null for an unbounded start, or while no season is planned. */
  starts_at: z.string().nullable(),
  /** Null for no end. */
  ends_at: z.string().nullable(),
  /** Increases by one with each published change. */
  version: z.number().int(),
  as_of: z.string(),
  player_count: z.number().int(),
  /**
   * While the board holds titles back: when each of the first three gets the title of their place; null for a
   * player who has it.
   */
  titles_due_at: z.array(z.string().nullable()).nullable(),
});

export const boardPageSchema = z.object({
  board: boardHeaderSchema,
  standings: z.array(standingSchema),
  next_cursor: z.string().nullable(),
});

/** One period in a list of periods. */
export const boardPeriodSchema = z.object({
  period_id: z.number().int(),
  /** The name of a season. */
  name: z.string().nullable(),
  /** Null for an unbounded start. */
  starts_at: z.string().nullable(),
  /** Null for no end. */
  ends_at: z.string().nullable(),
  state: z.enum(periodStates),
  player_count: z.number().int(),
});

/** One entry of the list of boards, with its latest started periods, newest first. */
export const boardSummarySchema = z.object({
  slug: z.string(),
  name: z.string(),
  kind: boardKindSchema,
  time_zone: z.string(),
  awards_tiers: z.boolean(),
  player_count: z.number().int(),
  periods: z.array(boardPeriodSchema),
});
