import type { ExportFormat } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PeriodExport, periodExportSchema } from './period-export-schema.ts';

/** A part of the archive of a closed period, up to 10,000 rows. Refused until the period is closed. */
export async function exportPeriod(
  client: StoreClient,
  args: {
    board: string;
    period_id: number;
    format?: ExportFormat;
    after_position?: number;
    max_rows?: number;
  },
): Promise<Outcome<PeriodExport>> {
  return toOutcome(await client.rpc('export_period', args), periodExportSchema);
}
