import type postgres from 'postgres';
import type { FilledBoard } from './fill-board.ts';
import { measureInTurns } from './measure.ts';
import type { Redis } from './redis.ts';
import type { Row } from './report.ts';

async function fillRedis(sql: postgres.Sql, redis: Redis): Promise<void> {
  const players = sql<{ player_id: string; score: string }[]>`
    select player_id, score from private.standings where order_key is not null`.cursor(5_000);
  for await (const page of players) {
    await redis.sendAll(page.map(({ player_id, score }) => ['ZADD', 'board', String(score), player_id]));
  }
}

/** Reads of the board against the same reads of a sorted set and against the emptiest query there is. */
export async function benchReads(sql: postgres.Sql, board: FilledBoard, redis: Redis | null): Promise<Row[]> {
  if (redis) await fillRedis(sql, redis);
  const pick = (index: number) => board.playerIds[(index * 7919) % board.playerIds.length] ?? '';
  const { slug } = board;
  const timings = await measureInTurns(5, 400, {
    select_one: () => sql`select 1`,
    rank: (index) => sql`select public.get_standing(${slug}, ${pick(index)}, null, null)`,
    rank_with_movement: (index) => sql`select public.get_standing(${slug}, ${pick(index)})`,
    around: (index) => sql`select public.get_standings_around(${slug}, ${pick(index)}, 5, null, null)`,
    top: () => sql`select public.get_board_page(${slug})::text`,
    deep_page: (index) =>
      sql`select public.get_board_page(${slug}, 50, null, ${1 + index * 1009}, null, null)`,
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
