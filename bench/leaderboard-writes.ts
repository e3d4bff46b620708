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

interface Size {
  bytes: number;
  /** Rows of the table; what more rows take is not bloat. */
  rowCount: number;
}

const tables = ['standings', 'standing_nodes', 'watched_positions', 'board_periods', 'board_tops'];

/** Sizes of every table and index of the engine that a refresh updates in place. */
async function readSizes(sql: postgres.Sql): Promise<Map<string, Size>> {
  const sizes = new Map<string, Size>();
  for (const table of tables) {
    const [counted] = await sql.unsafe<{ count: string }[]>(`select count(*) from private.${table}`);
    const relations = await sql<{ name: string; bytes: string }[]>`
      select c.relname as name, pg_relation_size(c.oid) as bytes
      from pg_class as c left join pg_index as i on i.indexrelid = c.oid
      where coalesce(i.indrelid, c.oid) = ${`private.${table}`}::regclass`;
    for (const { name, bytes } of relations) {
      sizes.set(name, { bytes: Number(bytes), rowCount: Number(counted?.count) });
    }
  }
  return sizes;
}

/** Below this a table is a handful of pages, and one more of them says nothing. */
const bytesMin = 1024 * 1024;

/**
 * A steady load of refreshes with vacuum running as it does; reports by how much tables and indexes grew per row in the
 * second half. In the first one they take the room that they then keep: a refresh follows here within milliseconds, so
 * that more versions of a row are waited for at a time.
 */
export async function benchBloat(
  sql: postgres.Sql,
  board: FilledBoard,
  refreshCount: number,
): Promise<Row[]> {
  let settled = new Map<string, Size>();
  for (let round = 0; round < refreshCount; round += 1) {
    await changePlayers(sql, board, 200);
    await refresh(sql, board);
    if (round % 50 === 0) await sql`select private.thin_all_history()`;
    if (round === Math.floor(refreshCount / 2)) settled = await readSizes(sql);
  }
  const sizes = await readSizes(sql);
  return [...sizes].map(([name, size]) => {
    const before = settled.get(name) ?? size;
    const rowGrowth = size.rowCount / Math.max(1, before.rowCount);
    return {
      name: `size of ${name} after ${refreshCount} refreshes`,
      value: size.bytes / Math.max(1, rowGrowth) / Math.max(before.bytes, bytesMin),
      unit: '×',
      note: `${(size.bytes / 1024 / 1024).toFixed(1)} MB, ${size.rowCount} rows, ${rowGrowth.toFixed(2)} × as many`,
      target: 1.25,
    };
  });
}
