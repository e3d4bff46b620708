import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Around every change of width, on both sides of zero. */
const scores = fc.oneof(
  fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  fc
    .tuple(fc.integer({ min: 0, max: 62 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1n, -1n))
    .map(([bits, shift, sign]) => sign * (2n ** BigInt(bits) + BigInt(shift))),
  fc.bigInt({ min: -300n, max: 300n }),
);

it('compares order keys as players: score down, time up, id up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(scores, { minLength: 50, maxLength: 200 }), async (drawn) => {
      const [row] = await database.sql<
        { by_key: string[]; by_rule: string[]; extended: number; wrong: number }[]
      >`
        with entry as (
          select drawn.score, '2026-01-01'::timestamptz + random() * interval '1 second' as reached_at,
            gen_random_uuid() as id
          from unnest(${drawn.map(String)}::bigint[]) as drawn (score)
        ),
        keyed as materialized (
          select entry.*, leaderboard.order_key(score, reached_at, id) as key from entry
        )
        select array_agg(id order by key) as by_key, array_agg(id order by score desc, reached_at, id) as by_rule,
          (select count(*) from keyed as a join keyed as b on a.id <> b.id
            and a.key = substring(b.key for length(a.key)))::int as extended,
          (select count(*) from keyed as a join keyed as b
            on (a.score = b.score) <> (leaderboard.score_key(a.key) = leaderboard.score_key(b.key)))::int as wrong
        from keyed`;
      expect(row?.by_key).toEqual(row?.by_rule);
      expect(row?.extended, 'keys that begin with another one').toBe(0);
      expect(row?.wrong, 'scores that are not exactly the beginning').toBe(0);
    }),
    { numRuns: 20 },
  );
});

it('counts correctly after the size of a leaf was changed, up or down', async () => {
  const arena = await createArena(database.sql, { playerCount: 60, leafMax: 2 });
  const { sql, currentPeriodId } = arena;
  const count = async (leafMax: number, players: readonly string[]): Promise<void> => {
    await sql`update leaderboard.leaderboard_settings set leaf_player_count_max = ${leafMax}`;
    const answer = await sendEvents(
      sql,
      players.map((player_id, index) => ({
        external_id: randomUUID(),
        player_id,
        metric: arena.metric,
        units: 1 + (index % 7),
        occurred_at: new Date(Date.now() - index * 1000).toISOString(),
      })),
    );
    expect(answer.accepted).toBe(players.length);
    expect(await refreshPeriod(sql, currentPeriodId)).toMatchObject({ status: 'refreshed' });
    const wrong = await sql`
      select * from (
        select s.player_id, (leaderboard.count_places(s.period_id, s.order_key)).place as counted,
          row_number() over (order by s.score desc, s.reached_at, s.player_id) as place
        from leaderboard.standings as s where s.period_id = ${currentPeriodId} and s.order_key is not null
      ) as compared where counted <> place`;
    expect(wrong).toEqual([]);
  };
  await count(2, arena.playerIds);
  await count(40, arena.playerIds.slice(0, 5));
  await count(256, arena.playerIds.slice(3, 6));
  await count(2, arena.playerIds.slice(10, 20));
});
