import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { standingSchema } from '../reads/standing-schema.ts';

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

/** A part of the archive of a closed period, up to 10,000 rows. Refused until the period is closed. */
export async function exportPeriod(
  client: StoreClient,
  args: {
    board: string;
    period_id: number;
    format?: 'json' | 'csv';
    after_position?: number;
    max_rows?: number;
  },
): Promise<Outcome<PeriodExport>> {
  return toOutcome(await client.rpc('export_period', args), periodExportSchema);
}
