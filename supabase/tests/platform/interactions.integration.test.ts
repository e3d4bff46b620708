import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { waitForLock } from '../wait-for-lock.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function call<Answer>(statement: Promise<readonly { answer?: Answer }[]>): Promise<Answer | undefined> {
  return (await statement)[0]?.answer;
}

describe('interactions', () => {
  const id = '123456789012345678';
  const begin = () =>
    call(database.sql<{ answer: { first: boolean; response: unknown } }[]>`
      select public.begin_interaction(${id}, 'request', '111111111111111111') as answer`);

  test('are first once, even in a race, and repeat their first answer', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, begin));
    expect(answers.filter((answer) => answer?.first)).toHaveLength(1);
    await database.sql`select public.finish_interaction(${id}, '{"n": 1}', 'done', 12)`;
    await database.sql`select public.finish_interaction(${id}, '{"n": 2}', 'done', 12)`;
    expect(await begin()).toEqual({ first: false, response: { n: 1 }, retry_at: null });
  });

  test('are not first when delivered again during the first delivery', async () => {
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    const beginFor = (sql: postgres.ISql, person: string) =>
      sql<{ answer: unknown }[]>`select public.begin_interaction(${id}, 'request', ${person}) as answer`;
    try {
      const { again } = await database.sql.begin(async (first) => {
        await beginFor(first, '111111111111111111');
        // An interaction of somebody else, whose count nobody has locked.
        const delivery = beginFor(other, '222222222222222222').execute();
        await waitForLock(database);
        return { again: delivery };
      });
      expect(await call(again)).toEqual({ first: false, response: null, retry_at: null });
    } finally {
      await other.end({ timeout: 1 });
    }
  });

  test('beyond the limit are finished at once, however often they are delivered, and never completed later', async () => {
    const payload = { token: 'secret' };
    const beginAs = (interaction: string) =>
      call(database.sql<{ answer: { first: boolean; retry_at: string | null } }[]>`
        select public.begin_interaction(${interaction}, 'request', '111111111111111111',
          ${database.sql.json(payload)}) as answer`);
    const ids = Array.from({ length: 45 }, (_, index) => String(200_000_000_000_000_000n + BigInt(index)));
    const answers: Awaited<ReturnType<typeof beginAs>>[] = [];
    for (const interaction of ids) answers.push(await beginAs(interaction));
    const limited = ids.filter((_, index) => answers[index]?.retry_at);
    // Twenty in twenty seconds; a new window may begin in between.
    expect(limited.length).toBeGreaterThanOrEqual(5);
    expect(answers.filter((answer) => answer?.retry_at === null).length).toBeGreaterThanOrEqual(20);
    expect(await beginAs(limited[0] ?? '')).toMatchObject({ first: false, retry_at: expect.any(String) });
    await database.sql`update platform.interactions set received_at = now() - interval '1 minute'`;
    const unfinished = await database.sql<
      { id: string }[]
    >`select id from public.list_unfinished_interactions(200)`;
    expect(unfinished.map(({ id }) => id).filter((id) => limited.includes(id))).toEqual([]);
    expect(unfinished).toHaveLength(ids.length - limited.length);
  });
});
