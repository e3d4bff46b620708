import type postgres from 'postgres';
import { type FilledBoard, type FilledBoards, refreshBoard } from './fill-board.ts';
import { measure } from './measure.ts';
import type { Row } from './report.ts';

/**
 * Records one event for each of that many random players, bypassing the intake: only the refresh is measured.
 */
export async function changePlayers(sql: postgres.Sql, board: FilledBoard, count: number): Promise<void> {
  await sql`
    insert into public.score_events
      (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
    select 'change', gen_random_uuid()::text, picked.id, rule.metric, 1, (1 + random() * 500)::bigint, rule.id, now(), now()
    from (
      select ids.id from unnest(${board.playerIds}::uuid[]) as ids (id) order by random() limit ${count}
    ) as picked
    cross join (
      select metric, min(id) as id from public.score_rules where metric = ${board.metric} group by metric
    ) as rule`;
}

async function timeRefresh(sql: postgres.Sql, board: FilledBoard, count: number): Promise<number> {
  await changePlayers(sql, board, count);
  return refreshBoard(sql, board.slug);
}

function findMedian(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The same when every changed player is followed, plus about as many others. */
async function timeFollowed(sql: postgres.Sql, board: FilledBoard): Promise<number> {
  await sql`insert into leaderboard.rank_subscriptions (player_id) select unnest(${board.playerIds}::uuid[])`;
  await refreshBoard(sql, board.slug);
  const followedMs: number[] = [];
  for (let round = 0; round < 5; round += 1) followedMs.push(await timeRefresh(sql, board, 10_000));
  await sql`delete from leaderboard.rank_subscriptions`;
  await refreshBoard(sql, board.slug);
  return findMedian(followedMs);
}

/**
 * Refreshes with no change, one change, and ten thousand; the last alternating with a board of a tenth as
 * many players.
 */
export async function benchRefresh(sql: postgres.Sql, { whole, tenth }: FilledBoards): Promise<Row[]> {
  const nothing = await measure(100, () => refreshBoard(sql, whole.slug));
  const oneMs: number[] = [];
  const manyMs: number[] = [];
  const tenthMs: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    oneMs.push(await timeRefresh(sql, whole, 1));
    manyMs.push(await timeRefresh(sql, whole, 10_000));
    tenthMs.push(await timeRefresh(sql, tenth, 10_000));
    // Events of the small board count on the large one too and must not be measured with the next change.
    await refreshBoard(sql, whole.slug);
  }
  const many = findMedian(manyMs);
  const few = findMedian(tenthMs);
  return [
    { name: 'refresh, nothing changed', value: nothing.median_us / 1000, unit: 'ms', target: 5 },
    { name: 'refresh, 1 change', value: findMedian(oneMs), unit: 'ms' },
    { name: 'refresh, 10,000 changes', value: many, unit: 'ms', target: 1_000 },
    {
      name: `refresh, 10,000 changes of ${tenth.playerCount.toLocaleString('en-US')} players`,
      value: few,
      unit: 'ms',
    },
    {
      name: `refresh, 10,000 changes, ${whole.playerIds.length.toLocaleString('en-US')} followers, these among them`,
      value: await timeFollowed(sql, whole),
      unit: 'ms',
    },
    { name: 'refresh, all players / a tenth of them', value: many / few, unit: '×', target: 1.5 },
  ];
}
