import type postgres from 'postgres';
import type { FilledBoard } from './fill-board.ts';
import { makeBatch } from './make-batch.ts';
import { measureInTurns } from './measure.ts';
import type { Row } from './report.ts';

const batchSize = 500;

type Batch = ReturnType<typeof makeBatch>;

/** The lower bound for storing such rows: typed arrays, prepared, checked by the table only. */
function insertBare(sql: postgres.Sql, batch: Batch) {
  const column = <Value>(read: (event: Batch[number]) => Value) => batch.map(read);
  return sql`
    insert into public.score_events
      (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
    select 'bare', e.external_id, e.player_id, e.metric, e.units, 10, 1, e.occurred_at, e.occurred_at
    from unnest(${column((event) => event.external_id)}::text[], ${column((event) => event.player_id ?? '')}::uuid[],
      ${column((event) => event.metric ?? '')}::text[], ${column((event) => event.units)}::numeric[],
      ${column((event) => event.occurred_at)}::timestamptz[])
      as e (external_id, player_id, metric, units, occurred_at)`;
}

/** Batches through the intake, alternating with a bare insert of the same rows into the same table. */
export async function benchIntake(sql: postgres.Sql, board: FilledBoard): Promise<Row[]> {
  const timings = await measureInTurns(10, 10, {
    recorded: () => {
      const events = JSON.stringify(makeBatch(board.playerIds, batchSize));
      return sql`select public.record_score_events('bench', ${events}::text::jsonb)`;
    },
    bare: () => insertBare(sql, makeBatch(board.playerIds, batchSize)),
  });
  const recordedUs = timings.get('recorded')?.median_us ?? Number.NaN;
  const bareUs = timings.get('bare')?.median_us ?? Number.NaN;
  return [
    {
      name: `intake in batches of ${batchSize}`,
      value: (batchSize / recordedUs) * 1_000_000,
      unit: 'events/s',
      atLeast: 20_000,
    },
    { name: 'bare insert of the same rows', value: (batchSize / bareUs) * 1_000_000, unit: 'events/s' },
    { name: 'intake / bare insert', value: recordedUs / bareUs, unit: '×', target: 4 },
  ];
}
