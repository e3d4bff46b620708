import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardPage } from '#domain/ranking/standing.ts';
import { createTestDatabase, type TestDatabase } from '#local/postgres/test-database.ts';
import { createArena, createPlayers, refreshPeriod, sendEvents } from './leaderboard/arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('a board', () => {
  it('can be made at any time and counts what its period already saw', async () => {
    const [player = ''] = await createPlayers(database.sql, 1);
    const event = { external_id: 'boards-1', player_id: player, metric: 'call_booked', units: 2 };
    await sendEvents(database.sql, [{ ...event, occurred_at: new Date().toISOString() }]);
    await database.sql`select public.create_board('calls', 'Calls', 'all_time', array['call_booked'])`;
    await database.sql`call private.refresh_due_boards()`;
    const [row] = await database.sql<{ page: BoardPage }[]>`select public.get_board_page('calls') as page`;
    expect(row?.page.standings).toMatchObject([{ player_id: player, score: 20 }]);
    expect(row?.page.board.metric_names).toEqual(['call_booked']);
  });

  it.each([
    ['a name that is taken', "'all-time', 'Again', 'all_time'", 'board_exists'],
    ['a metric without a rule', "'new', 'New', 'weekly', array['nothing']", 'unknown_metric'],
    ['a zone that is none', "'new', 'New', 'weekly', null, 'Mars/Olympus'", 'invalid_time_zone'],
    ['a kind that is none', "'new', 'New', 'hourly'", 'invalid_board'],
    ['a slug with spaces', "'n e w', 'New', 'weekly'", 'invalid_board'],
  ])('is refused for %s', async (_, args, detail) => {
    await expect(database.sql.unsafe(`select public.create_board(${args})`)).rejects.toMatchObject({
      detail,
    });
  });

  it('is not for visitors to make', async () => {
    const making = database.sql.begin(async (transaction) => {
      await transaction`set local role authenticated`;
      await transaction`select public.create_board('mine', 'Mine', 'weekly')`;
    });
    await expect(making).rejects.toMatchObject({ code: 'DS401' });
  });
});

it('seasons are planned ahead and never overlap', async () => {
  await database.sql`select public.create_board('cup', 'Cup', 'season')`;
  const plan = (from: string, to: string) => database.sql`
    select public.plan_season('cup', 'A season', now() + ${from}::interval, now() + ${to}::interval) as season`;
  await plan('-1 day', '10 days');
  await plan('10 days', '20 days');
  await expect(plan('9 days', '12 days')).rejects.toMatchObject({ detail: 'season_overlaps' });
  await expect(plan('30 days', '25 days')).rejects.toMatchObject({ detail: 'invalid_season' });
  const onCalendar = database.sql`select public.plan_season('weekly', 'X', now(), now() + interval '1 day')`;
  await expect(onCalendar).rejects.toMatchObject({ detail: 'not_a_season_board' });
});

it('after a restore into another cluster everything is counted anew', async () => {
  const arena = await createArena(database.sql, { playerCount: 2 });
  const events = arena.playerIds.map((player_id, index) => ({
    external_id: `boards-restored-${index}`,
    player_id,
    metric: arena.metric,
    units: index + 1,
    occurred_at: new Date().toISOString(),
  }));
  await sendEvents(database.sql, events);
  await refreshPeriod(database.sql, arena.currentPeriodId);
  const read = async () => {
    const [row] = await database.sql<
      { page: BoardPage }[]
    >`select public.get_board_page(${arena.slug}) as page`;
    return row?.page.standings.map(({ player_id, position, score }) => [player_id, position, score]);
  };
  const before = await read();
  await database.sql`select private.adopt_restored_events()`;
  await refreshPeriod(database.sql, arena.currentPeriodId);
  expect(await read()).toEqual(before);
  expect(await refreshPeriod(database.sql, arena.currentPeriodId)).toMatchObject({ status: 'unchanged' });
});
