import type { ExportFormat } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import { toShownTimeZone } from '#domain/platform/shown-time-zone.ts';
import type { PeriodExport } from '#store/leaderboard/periods/period-export-schema.ts';

/** Reads the part of an archive after a position. */
export type ReadPart = (after_position: number) => Promise<Outcome<PeriodExport>>;

const contentTypes = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json' };

/**
 * Streams the archive of a closed period part by part, so its size does not depend on memory. Throws a
 * RefusalError if there is nothing to export; a refusal midway aborts the stream.
 */
export async function streamPeriod(format: ExportFormat, readPart: ReadPart): Promise<Response> {
  const first = take(await readPart(0));
  const parts = writeParts(format, first, readPart);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return();
    },
  });
  const name = ['dealscale', first.board, nameFirstDay(first) ?? first.period_id].join('-');
  return new Response(stream, {
    headers: {
      'content-type': contentTypes[format],
      'content-disposition': `attachment; filename="${name}.${format}"`,
      // Players who have left or hidden since are no longer named.
      'cache-control': 'private, no-store',
    },
  });
}

/** `2026-11-16`, in the board's time zone. */
function nameFirstDay({ starts_at, time_zone }: PeriodExport): string | null {
  // Swedish dates have the format of ISO 8601.
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone: toShownTimeZone(time_zone) });
  return starts_at && days.format(new Date(starts_at));
}

async function* writeParts(
  format: ExportFormat,
  first: PeriodExport,
  readPart: ReadPart,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  const { board, time_zone, period_id, starts_at, ends_at, archive_hash, player_count } = first;
  if (format === 'json') {
    const head = JSON.stringify({
      board,
      time_zone,
      period_id,
      starts_at,
      ends_at,
      archive_hash,
      player_count,
    });
    yield encoder.encode(`${head.slice(0, -1)},"standings":[`);
  }
  let part = first;
  for (;;) {
    const isFirst = part === first;
    if (format === 'csv') yield encoder.encode(part.csv ?? '');
    else {
      const rows = (part.rows ?? []).map((row) => JSON.stringify(row)).join(',\n');
      yield encoder.encode(`${isFirst ? '\n' : ',\n'}${rows}`);
    }
    if (part.next_position === null) break;
    part = take(await readPart(part.next_position));
  }
  if (format === 'json') yield encoder.encode('\n]}\n');
}

function take(outcome: Outcome<PeriodExport>): PeriodExport {
  if (!outcome.ok) throw new RefusalError(outcome.refusal);
  return outcome.value;
}
