import { z } from 'zod';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';

export const periodExportSchema = z.object({
  board: z.string(),
  /** The time zone in which its days begin. */
  time_zone: z.string(),
  period_id: z.number().int(),
  starts_at: z.string().nullable(),
  ends_at: z.string().nullable(),
  /** Seal of the archive, chained to the previous period's; null if it was removed. */
  archive_hash: z.string().nullable(),
  player_count: z.number().int(),
  /** Pass as `after_position` to continue; null at the end. */
  next_position: z.number().int().nullable(),
  /** For the format json. */
  rows: z.array(standingSchema).optional(),
  /** For the format csv: RFC 4180, with the header in the first part. */
  csv: z.string().optional(),
});

export type PeriodExport = z.output<typeof periodExportSchema>;
