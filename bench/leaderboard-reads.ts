import type postgres from 'postgres';
import { connectBarePostgres } from './bare-postgres.ts';
import type { FilledBoard } from './fill-board.ts';
import { measureInTurns } from './measure.ts';
import { pinProcesses } from './pin-processes.ts';
import type { Redis } from './redis.ts';
import type { Row } from './report.ts';
import type { Stage } from './stage.ts';

async function fillRedis(sql: postgres.Sql, slug: string, redis: Redis): Promise<void> {
  const players = sql<{ player_id: string; score: string }[]>`
    select player_id, score from leaderboard.standings
    join leaderboard.board_periods on board_periods.id = standings.period_id
    join public.boards on boards.id = board_periods.board_id and boards.slug = ${slug}
    where order_key is not null`.cursor(5_000);
  for await (const page of players) {
    await redis.sendAll(page.map(({ player_id, score }) => ['ZADD', 'board', String(score), player_id]));
  }
}

/**
 * Board reads compared with the same reads of a sorted set and with an empty query, all over one connection
 * with a minimal client.
 */
export async function benchReads(
  { sql, port, settle }: Stage,
  board: FilledBoard,
  redis: Redis | null,
): Promise<Row[]> {
  if (redis) await fillRedis(sql, board.slug, redis);
  await settle();
  const pick = (index: number) => board.playerIds[(index * 7919) % board.playerIds.length] ?? '';
  const postgres = await connectBarePostgres(port, 'postgres');
  const readOne = await postgres.prepare('select 1');
  const readRank = await postgres.prepare(`select public.get_standing('${board.slug}', $1, null, null)`);
  const readRankMoved = await postgres.prepare(`select public.get_standing('${board.slug}', $1)`);
  const readAround = await postgres.prepare(
    `select public.get_standings_around('${board.slug}', $1, 5, null, null)`,
  );
  const readTop = await postgres.prepare(`select public.get_board_page('${board.slug}')`);
  const readDeepPage = await postgres.prepare(
    `select public.get_board_page('${board.slug}', 50, null, $1, null, null)`,
  );
  const release = pinProcesses([postgres.pid, ...(redis?.pid === undefined ? [] : [redis.pid])]);
  if (!release) console.log('The reads are measured without pinned cores, because taskset is not installed.');
  const timings = await measureInTurns(5, 400, {
    select_one: () => readOne(),
    rank: (index) => readRank(pick(index)),
    rank_with_movement: (index) => readRankMoved(pick(index)),
    around: (index) => readAround(pick(index)),
    top: () => readTop(),
    deep_page: (index) => readDeepPage(String(1 + ((index * 1009) % (board.playerCount - 50)))),
    ...(redis && {
      redis_rank: (index: number) => redis.send('ZREVRANK', 'board', pick(index)),
      redis_around: async (index: number) => {
        await redis.send('ZREVRANK', 'board', pick(index));
        const first = (index * 7919) % (board.playerCount - 10);
        await redis.send('ZREVRANGE', 'board', String(first), String(first + 10), 'WITHSCORES');
      },
      redis_top: () => redis.send('ZREVRANGE', 'board', '0', '99', 'WITHSCORES'),
    }),
  });
  release?.();
  postgres.stop();
  const time = (name: string) => timings.get(name)?.median_us ?? null;
  const ratio = (name: string, to: string) => {
    const [a, b] = [time(name), time(to)];
    return a !== null && b !== null ? a / b : null;
  };
  const rows: Row[] = [...timings].map(([name, timing]) => ({
    name: `read: ${name}`,
    value: timing.median_us,
    unit: 'µs',
    note: `p99 ${timing.p99_us.toFixed(0)} µs`,
  }));
  rows.push(
    { name: 'rank / select 1', value: ratio('rank', 'select_one'), unit: '×', target: 3 },
    { name: 'rank / ZREVRANK', value: ratio('rank', 'redis_rank'), unit: '×', target: 4 },
    { name: 'rank + neighbours / select 1', value: ratio('around', 'select_one'), unit: '×', target: 3 },
    {
      name: 'rank + neighbours / ZREVRANK + ZREVRANGE',
      value: ratio('around', 'redis_around'),
      unit: '×',
      target: 4,
    },
    { name: 'top 100 / ZREVRANGE 0 99 WITHSCORES', value: ratio('top', 'redis_top'), unit: '×', target: 2 },
  );
  return rows;
}
