import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await database.sql`update public.boards set is_active = false where kind = 'season'`;
});
afterAll(async () => {
  await database.drop();
});

/** The arena's past period is closed. */
async function closePast({ pastPeriodId }: Arena): Promise<void> {
  await database.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await database.sql`select leaderboard.archive_period(${pastPeriodId})`;
}

/** Sends one event of the arena's past period. */
async function sendLate(arena: Arena) {
  const [times] = await database.sql`
    select to_json(starts_at + interval '1 hour') #>> '{}' as past from leaderboard.board_periods
    where id = ${arena.pastPeriodId}`;
  const event = {
    external_id: randomUUID(),
    player_id: arena.playerIds[0],
    metric: arena.metric,
    units: 1,
    occurred_at: times?.past,
  };
  return (await sendEvents(database.sql, [event])).results[0];
}

const takeBack = (voids: string | null | undefined, external_id = randomUUID()) => ({ external_id, voids });

const move = (periodId: number, days: number) => database.sql`
  update leaderboard.board_periods set starts_at = now() + make_interval(days => ${days}),
    ends_at = now() + make_interval(days => ${days + 7}) where id = ${periodId}`;

async function readScore(periodId: number): Promise<number | null> {
  await refreshPeriod(database.sql, periodId);
  const [row] =
    await database.sql`select score::int from leaderboard.standings where period_id = ${periodId}`;
  return row?.score ?? null;
}

it('an event that one board refuses as late counts on no board', async () => {
  const strict = await createArena(database.sql, { playerCount: 1, latePolicy: 'refuse' });
  const [open] = await database.sql<{ id: number }[]>`
    with board as (
      insert into public.boards (slug, name, kind, metrics, late_policy)
      values ('open-season', 'Open', 'season', array[${strict.metric}], 'next_period') returning id
    )
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select id, now() - interval '20 days', now() + interval '5 days' from board returning id::int`;
  await closePast(strict);
  expect(await sendLate(strict)).toMatchObject({ status: 'refused', reason: 'period_closed' });
  expect(await readScore(open?.id ?? 0)).toBeNull();
});

it('an event that is late for a season counts in the next one, even before that begins', async () => {
  const arena = await createArena(database.sql, { playerCount: 1 });
  await closePast(arena);
  await move(arena.currentPeriodId, 2);
  expect(await sendLate(arena)).toMatchObject({ status: 'accepted' });
  await move(arena.currentPeriodId, -1);
  expect(await readScore(arena.currentPeriodId)).toBe(100);
});

it('an event that is late for the last season is refused: it would count nowhere on that board', async () => {
  const arena = await createArena(database.sql, { playerCount: 1 });
  await closePast(arena);
  await database.sql`delete from leaderboard.board_periods where id = ${arena.currentPeriodId}`;
  expect(await sendLate(arena)).toMatchObject({ status: 'refused', reason: 'period_closed' });
});

describe('a void', () => {
  it.each(['refuse', 'next_period'] as const)(
    'is accepted after the close, and lists the archives that keep the points (late events: %s)',
    async (latePolicy) => {
      const arena = await createArena(database.sql, { playerCount: 1, latePolicy });
      const sent = [await sendLate(arena), await sendLate(arena), await sendLate(arena)];
      const [early, late, frozen] = sent.map((event) => takeBack(event?.external_id));
      // In time, so nothing is kept, not even when it is repeated later.
      expect((await sendEvents(database.sql, [early])).results[0]?.closed_boards).toBeUndefined();
      await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
      const closed_boards = [arena.slug];
      expect((await sendEvents(database.sql, [frozen])).results).toMatchObject([
        { status: 'accepted', points: -100, closed_boards },
      ]);
      await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
      const answer = await sendEvents(database.sql, [early, late, late]);
      expect(answer.results).toMatchObject([
        { status: 'duplicate' },
        { status: 'accepted', points: -100, closed_boards },
        { status: 'duplicate', closed_boards },
      ]);
      expect(answer.results[0]?.closed_boards).toBeUndefined();
      const [archived] = await database.sql`
        select score::int from leaderboard.archived_standings where period_id = ${arena.pastPeriodId}`;
      expect(archived?.score).toBe(200);
    },
  );

  it('of a routed event counts in the later period until that is closed too', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await closePast(arena);
    const [one, two] = [await sendLate(arena), await sendLate(arena)];
    const inTime = await sendEvents(database.sql, [takeBack(one?.external_id)]);
    expect(inTime.results[0]?.closed_boards).toBeUndefined();
    expect(await readScore(arena.currentPeriodId)).toBe(100);
    await move(arena.currentPeriodId, -8);
    await database.sql`select leaderboard.freeze_period(${arena.currentPeriodId})`;
    const late = await sendEvents(database.sql, [takeBack(two?.external_id)]);
    expect(late.results[0]).toMatchObject({ status: 'accepted', closed_boards: [arena.slug] });
  });
});

it('after a restore a void gets the same result: archives keep their events, but not routed ones', async () => {
  const arena = await createArena(database.sql, { playerCount: 1, latePolicy: 'next_period' });
  const off = await createArena(database.sql, { playerCount: 1, countsEverything: true });
  const kept = await sendLate(arena);
  for (const closing of [arena, off]) await closePast(closing);
  await database.sql`update public.boards set is_active = false where id = ${off.boardId}`;
  const late = [await sendLate(arena), await sendLate(arena)];
  const voids = [kept, ...late].map((event) => takeBack(event?.external_id));
  const before = await sendEvents(database.sql, voids.slice(0, 2));
  await database.sql`select leaderboard.adopt_restored_events()`;
  const after = await sendEvents(database.sql, voids);
  expect(before.results.map(({ closed_boards }) => closed_boards)).toEqual([
    [arena.slug, off.slug].sort(),
    undefined,
  ]);
  expect(after.results.map(({ closed_boards }) => closed_boards)).toEqual([
    [arena.slug, off.slug].sort(),
    undefined,
    undefined,
  ]);
});
