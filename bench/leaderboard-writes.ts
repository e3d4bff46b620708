import type postgres from 'postgres';
import type { FilledBoard } from './fill-board.ts';
import { measure } from './measure.ts';
import type { Row } from './report.ts';

/** Records one event for each of so many random players, past the intake: only what follows is measured. */
async function changePlayers(sql: postgres.Sql, board: FilledBoard, count: number): Promise<void> {
  await sql`
    insert into public.score_events
      (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
    select 'change', gen_random_uuid()::text, picked.id, 'deal_closed', 1, (1 + random() * 500)::bigint, rule.id, now(), now()
    from (
      select distinct ids.id from unnest(${board.playerIds}::uuid[]) as ids (id) limit ${count}
    ) as picked
    cross join (select min(r.id) as id from public.score_rules as r where r.metric = 'deal_closed') as rule`;
}

async function refresh(sql: postgres.Sql, board: FilledBoard): Promise<number> {
  const startedAt = performance.now();
  await sql`select public.refresh_board(${board.slug})`;
  return performance.now() - startedAt;
}

/** Refreshes with nothing, one, and ten thousand changed players. */
export async function benchRefresh(sql: postgres.Sql, board: FilledBoard): Promise<Row[]> {
  const nothing = await measure(100, () => sql`select public.refresh_board(${board.slug})`);
  const rows: Row[] = [
    { name: 'refresh, nothing changed', value: nothing.median_us / 1000, unit: 'ms', target: 5 },
  ];
  for (const [count, target] of [
    [1, undefined],
    [10_000, 1_000],
  ] as const) {
    const timesMs: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await changePlayers(sql, board, count);
      timesMs.push(await refresh(sql, board));
    }
    timesMs.sort((a, b) => a - b);
    rows.push({ name: `refresh, ${count} changed`, value: timesMs[2] ?? null, unit: 'ms', target });
  }
  return rows;
}

/** Batches of 500 through the intake, and the same rows as a bare insert into the same table. */
export async function benchIntake(sql: postgres.Sql, board: FilledBoard): Promise<Row[]> {
  const batchSize = 500;
  const makeBatch = (batch: number) =>
    Array.from({ length: batchSize }, (_, index) => ({
      external_id: `bench-${batch}-${index}`,
      player_id: board.playerIds[(batch * batchSize + index) % board.playerIds.length],
      metric: ['deal_closed', 'lead_converted', 'call_booked'][index % 3],
      units: 1 + (index % 5),
      occurred_at: new Date().toISOString(),
    }));
  const recorded: number[] = [];
  const bare: number[] = [];
  for (let batch = 0; batch < 60; batch += 1) {
    const events = JSON.stringify(makeBatch(batch));
    let startedAt = performance.now();
    await sql`select public.record_score_events('bench', ${events}::text::jsonb)`;
    recorded.push(performance.now() - startedAt);
    startedAt = performance.now();
    await sql`
      insert into public.score_events
        (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
      select 'bare', e.external_id, e.player_id, e.metric, e.units, 10, 1, e.occurred_at, e.occurred_at
      from jsonb_to_recordset(${events}::text::jsonb)
        as e (external_id text, player_id uuid, metric text, units numeric, occurred_at timestamptz)`;
    bare.push(performance.now() - startedAt);
  }
  const middle = (values: number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return [
    {
      name: 'intake in batches of 500',
      value: (batchSize / middle(recorded)) * 1000,
      unit: 'events/s',
      atLeast: 20_000,
    },
    { name: 'bare insert of the same rows', value: (batchSize / middle(bare)) * 1000, unit: 'events/s' },
    { name: 'intake / bare insert', value: middle(recorded) / middle(bare), unit: '×', target: 4 },
  ];
}

/** Sizes of every table and index of the engine that a refresh updates in place. */
async function readSizes(sql: postgres.Sql): Promise<Map<string, number>> {
  const rows = await sql<{ name: string; size: string }[]>`
    select c.relname as name, pg_relation_size(c.oid) as size
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'private' and c.relkind in ('r', 'i')
      and c.relname ~ '^(standings|standing_nodes|watched_positions|board_periods|board_tops)'`;
  return new Map(rows.map(({ name, size }) => [name, Number(size)]));
}

/** A steady load of refreshes with vacuum running as it does; reports by how much tables and indexes grew after the first tenth. */
export async function benchBloat(
  sql: postgres.Sql,
  board: FilledBoard,
  refreshCount: number,
): Promise<Row[]> {
  let settled = new Map<string, number>();
  for (let round = 0; round < refreshCount; round += 1) {
    await changePlayers(sql, board, 200);
    await refresh(sql, board);
    if (round % 50 === 0) await sql`select private.thin_all_history()`;
    if (round === Math.floor(refreshCount / 10)) settled = await readSizes(sql);
  }
  const sizes = await readSizes(sql);
  return [...sizes].map(([name, size]) => ({
    name: `size of ${name} after ${refreshCount} refreshes`,
    value: size / Math.max(settled.get(name) ?? size, 8192 * 16),
    unit: '×',
    note: `${(size / 1024 / 1024).toFixed(1)} MB`,
    target: 1.25,
  }));
}
