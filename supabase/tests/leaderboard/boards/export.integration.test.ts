import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { Arena } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** A board whose past period has these scores and may be closed. */
async function begin(playerCount: number, units: Record<number, number>): Promise<Arena> {
  // One board at a time: an event that is late for any of them is refused.
  await database.sql`update public.boards set is_active = false`;
  const game = await Game.begin(database.sql, { playerCount });
  const [past] = await database.sql<{ at: Date }[]>`
    select starts_at + interval '1 hour' as at from leaderboard.board_periods where id = ${game.arena.pastPeriodId}`;
  if (units[0] !== undefined) await game.score(units, past?.at);
  return game.arena;
}

async function close({ pastPeriodId }: Arena): Promise<void> {
  await database.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await database.sql`select leaderboard.archive_period(${pastPeriodId})`;
}

it('a closed period is exported page by page, as JSON or CSV that no spreadsheet runs', async () => {
  const arena = await begin(3, { 0: 3, 1: 2, 2: 1 });
  await database.sql`
    update public.profiles set display_name = '=cmd()"' where id = ${arena.playerIds[0] ?? ''}`;
  await database.sql`
    update public.profiles set visibility = 'anonymous' where id = ${arena.playerIds[1] ?? ''}`;
  const early = database.sql`select public.export_period(${arena.slug}, ${arena.pastPeriodId})`;
  await expect(early).rejects.toMatchObject({ code: 'DS409', detail: 'period_not_closed' });
  await close(arena);
  const [first] = await database.sql`
    select public.export_period(${arena.slug}, ${arena.pastPeriodId}, 'csv', 0, 2) as part`;
  const lines = first?.part.csv.trimEnd().split('\r\n');
  expect(lines[0]).toBe('position,rank,player_id,username,display_name,score,reached_at,tier');
  expect(lines[1]).toContain(`"'=cmd()"""`);
  expect(lines[2]).toContain('"Anonymous player"');
  expect(lines[2]).not.toContain(arena.playerIds[1]);
  expect(first?.part).toMatchObject({ time_zone: 'UTC', next_position: 2 });
  const [last] = await database.sql`
    select public.export_period(${arena.slug}, ${arena.pastPeriodId}, 'json', 2, 2) as part`;
  expect(last?.part.rows).toMatchObject([{ player_id: arena.playerIds[2], position: 3 }]);
  expect(last?.part.next_position).toBeNull();
  const [beyond] = await database.sql`
    select public.export_period(${arena.slug}, ${arena.pastPeriodId}, 'csv', 9, 2) as part`;
  expect(beyond?.part).toMatchObject({ csv: '', next_position: null });
});

it('a closed period is exported as a header alone when nobody played', async () => {
  const arena = await begin(1, {});
  await close(arena);
  const [row] = await database.sql`
    select public.export_period(${arena.slug}, ${arena.pastPeriodId}, 'csv') as part`;
  expect(row?.part.csv).toBe('position,rank,player_id,username,display_name,score,reached_at,tier\r\n');
});

it('exports and pages refuse impossible positions and formats', async () => {
  const arena = await begin(1, { 0: 1 });
  await close(arena);
  const { slug, pastPeriodId } = arena;
  const last = '9223372036854775807';
  for (const from of [last, '1000000001', '0', '-2']) {
    const reading = database.sql`
      select public.get_board_page(${slug}, 10, null, ${from}::bigint, ${pastPeriodId})`;
    await expect(reading).rejects.toMatchObject({ code: 'DS400', detail: 'invalid_position' });
  }
  for (const after of [last, '-2', null]) {
    const reading = database.sql`
      select public.export_period(${slug}, ${pastPeriodId}, 'json', ${after}::bigint)`;
    await expect(reading).rejects.toMatchObject({ code: 'DS400', detail: 'invalid_position' });
  }
  const formatless = database.sql`select public.export_period(${slug}, ${pastPeriodId}, null)`;
  await expect(formatless).rejects.toMatchObject({ code: 'DS400', detail: 'invalid_format' });
});
