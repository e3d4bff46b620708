import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function call<Answer>(statement: Promise<readonly { answer?: Answer }[]>): Promise<Answer | undefined> {
  return (await statement)[0]?.answer;
}

describe('rate limits', () => {
  // Half of window number 1 is over, so none ends during a test.
  const windowSeconds = Math.floor(Date.now() / 1500);
  const check = (bucket = 'a', limit = 5) =>
    call(database.sql<{ answer: { allowed: boolean; remaining: number } }[]>`
      select platform.check_rate_limit(${bucket}, ${limit}, ${windowSeconds}) as answer`);

  test('admit exactly as many calls as allowed, even in parallel', async () => {
    expect(await check('b')).toMatchObject({ allowed: true, remaining: 4 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => check()));
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(5);
    expect(await check('b')).toMatchObject({ allowed: true, remaining: 3 });
  });

  test('count part of the previous window', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('c', ${windowSeconds}, 0, 9)`;
    // Half of nine, plus one.
    expect(await check('c', 6)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await check('c', 6)).toMatchObject({ allowed: false, remaining: 0 });
  });

  test('can be checked without counting', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('other', ${windowSeconds}, 1, 2), ('d', ${windowSeconds}, 7, 2), ('d', 1, 1, 2)`;
    const look = () =>
      call(database.sql<{ answer: { allowed: boolean; remaining: number } }[]>`
        select platform.check_rate_limit('d', 2, ${windowSeconds}, is_counted => false) as answer`);
    expect(await look()).toMatchObject({ allowed: true, remaining: 2 });
    await check('d', 2);
    expect(await look()).toMatchObject({ allowed: true, remaining: 1 });
    await check('d', 2);
    expect(await look()).toMatchObject({ allowed: false, remaining: 0 });
  });

  test.each([
    ['in the next window', 0, 5],
    ['in this window', 4, 2],
  ])('report when the next call is allowed: %s', async (_when, before, limit) => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('e', ${windowSeconds}, 0, ${before})`;
    for (let n = 0; n < limit; n += 1) await check('e', limit);
    const [row] = await database.sql`
      select platform.check_rate_limit('e', ${limit}, ${windowSeconds}) as answer,
        clock_timestamp() as asked_at`;
    expect(row?.answer.allowed).toBe(false);
    expect(Date.parse(row?.answer.reset_at)).toBe(2 * windowSeconds * 1000);
    const freeAtMs = Date.parse(row?.answer.retry_at);
    expect(freeAtMs).toBeGreaterThan(row?.asked_at.getTime());
    // The sum at that moment: this window's count plus the share of the previous one.
    const windowMs = windowSeconds * 1000;
    const elapsed = (freeAtMs % windowMs) / windowMs;
    const isNext = Math.floor(freeAtMs / windowMs) === 2;
    const hits = await database.sql<{ window_number: string; hits: number }[]>`
      select window_number, hits from platform.rate_limits where bucket = 'e'`;
    const count = (window: number) => hits.find((hit) => Number(hit.window_number) === window)?.hits ?? 0;
    const used = isNext ? count(1) * (1 - elapsed) : count(1) + count(0) * (1 - elapsed);
    expect(used + 1).toBeCloseTo(limit, 2);
  });

  test('report that the next call is allowed later in the current window', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('f', ${windowSeconds}, 0, 10), ('f', ${windowSeconds}, 1, 5)`;
    const answer = await call(
      database.sql<{ answer: { allowed: boolean; retry_at: string } }[]>`
        select platform.check_rate_limit('f', 10, ${windowSeconds}) as answer`,
    );
    // Four of the ten may still count then, so six tenths of the window are over.
    expect(answer).toMatchObject({ allowed: false });
    expect(Date.parse(answer?.retry_at ?? '') / 1_000 / windowSeconds).toBeCloseTo(1.6, 6);
  });

  test('may be as short as a second', async () => {
    const [row] = await database.sql`select platform.check_rate_limit('g', 1, 1) as answer`;
    expect(row?.answer).toMatchObject({ allowed: true });
  });

  test.each([
    ['an action without a name', "insert into platform.attempt_limits values ('', 60, 1)"],
    ['an action in capitals', "insert into platform.attempt_limits values ('LOUD', 60, 1)"],
    ['no attempts', "insert into platform.attempt_limits values ('made_up', 60, 0)"],
    ['no window', "insert into platform.attempt_limits values ('made_up', 0, 1)"],
    ['hits of no window', "insert into platform.rate_limits values ('h', 0, 1, 1)"],
  ])('have no row for %s', async (_what, statement) => {
    await expect(database.sql.unsafe(statement)).rejects.toMatchObject({ code: '23514' });
  });

  test.each([
    [0, 60],
    [5, 0],
    [5, -60],
  ])('refuse %i calls in %i seconds', async (limit, seconds) => {
    const checking = database.sql`select platform.check_rate_limit('a', ${limit}, ${seconds})`;
    expect(await readRefusal(checking)).toBe('rate_limit_invalid');
  });
});
