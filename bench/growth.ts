import type postgres from 'postgres';
import { type FilledBoard, refreshBoard } from './fill-board.ts';
import { changePlayers } from './leaderboard-writes.ts';
import type { Row } from './report.ts';

interface Size {
  bytes: number;
  /** Rows of the table; growth through more rows is not bloat. */
  rowCount: number;
}

/** Every engine table that a refresh writes. */
const tables = [
  'leaderboard.standings',
  'leaderboard.standing_nodes',
  'leaderboard.standing_history',
  'leaderboard.standing_node_history',
  'leaderboard.watched_positions',
  'leaderboard.board_periods',
  'leaderboard.board_tops',
  'leaderboard.board_versions',
  'leaderboard.tier_history',
  'leaderboard.title_holds',
  'platform.outbox',
  'public.player_tiers',
];

async function readSizes(sql: postgres.Sql): Promise<Map<string, Size>> {
  const sizes = new Map<string, Size>();
  for (const table of tables) {
    const [counted] = await sql.unsafe<{ count: string }[]>(`select count(*) from ${table}`);
    const relations = await sql<{ name: string; bytes: string }[]>`
      select c.relname as name, pg_relation_size(c.oid) as bytes
      from pg_class as c left join pg_index as i on i.indexrelid = c.oid
      where coalesce(i.indrelid, c.oid) = ${table}::regclass`;
    for (const { name, bytes } of relations) {
      sizes.set(name, { bytes: Number(bytes), rowCount: Number(counted?.count) });
    }
  }
  return sizes;
}

/** What the relay and the daily clean-up do with events, without waiting a week. */
async function relayEvents(sql: postgres.Sql): Promise<void> {
  await sql`update platform.outbox set sent_at = now() where sent_at is null`;
  await sql`delete from platform.outbox where sent_at is not null`;
}

/** Below this size a table has only a few pages, so one more means nothing. */
const bytesMin = 1024 * 1024;

/**
 * A steady load of refreshes with vacuum running, each published half a minute after the previous one, so
 * history ages and is thinned. Reports how much tables and indexes grew per row in the second half. In the
 * first half they reach their final size: refreshes follow within milliseconds, so more dead rows wait for
 * vacuum.
 */
export async function benchGrowth(
  sql: postgres.Sql,
  board: FilledBoard,
  refreshCount: number,
): Promise<Row[]> {
  let settled = new Map<string, Size>();
  const startedAt = Date.now();
  for (let round = 0; round < refreshCount; round += 1) {
    await changePlayers(sql, board, 200);
    await refreshBoard(sql, board.slug, new Date(startedAt + round * 30_000));
    await relayEvents(sql);
    // Every quarter of an hour.
    if (round % 30 === 0) await sql`select leaderboard.thin_all_history()`;
    if (round === Math.floor(refreshCount / 2)) settled = await readSizes(sql);
  }
  const sizes = await readSizes(sql);
  return [...sizes].map(([name, size]) => {
    const before = settled.get(name) ?? size;
    const rowGrowth = size.rowCount / Math.max(1, before.rowCount);
    return {
      name: `size of ${name}`,
      value: size.bytes / Math.max(1, rowGrowth) / Math.max(before.bytes, bytesMin),
      unit: '×',
      note: `${(size.bytes / 1024 / 1024).toFixed(1)} MB, ${size.rowCount} rows, ${rowGrowth.toFixed(2)} × as many`,
      target: 1.25,
    };
  });
}
