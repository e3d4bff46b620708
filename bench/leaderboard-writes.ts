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
      select ids.id from unnest(${board.playerIds}::uuid[]) as ids (id) order by random() limit ${count}
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
