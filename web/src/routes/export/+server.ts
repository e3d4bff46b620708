import { error } from '@sveltejs/kit';
import { parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { exportPeriod } from '#store/leaderboard/periods/export-period.ts';
import type { RequestHandler } from './$types.js';
import { streamPeriod } from './stream-period.server.ts';

const rowsPerPart = 5_000;

/** Downloads the final standings of a closed period: `?board=`, `?period=` and `?format=csv` or `json`. */
export const GET: RequestHandler = async ({ url, locals }) => {
  const { board, period_id } = parseBoardQuery(url.searchParams);
  const format = url.searchParams.get('format') === 'json' ? 'json' : 'csv';
  if (!period_id) error(400, 'Choose the period to download under “Past periods” on the board.');
  return streamPeriod(format, (after_position) =>
    exportPeriod(locals.supabase, { board, period_id, format, after_position, max_rows: rowsPerPart }),
  );
};
