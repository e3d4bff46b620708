import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { createPlayer, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { type Arena, createArena, createPlayers, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('a board', () => {
  it('can be created at any time and counts earlier events of its period', async () => {
    const [player = ''] = await createPlayers(database.sql, 1);
    const event = { external_id: 'boards-1', player_id: player, metric: 'call_booked', units: 2 };
    await sendEvents(database.sql, [{ ...event, occurred_at: new Date().toISOString() }]);
    await database.sql`select public.create_board('calls', 'Calls', 'all_time', array['call_booked'], announces_ranks => false)`;
    await database.sql`call leaderboard.refresh_due_boards()`;
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
    ['news of no places', "'new', 'New', 'weekly', rank_news_min_places => 0", 'invalid_board'],
    ['a source that is none', "'new', 'New', 'weekly', source => 'elsewhere'", 'source_unknown'],
  ])('is refused for %s', async (_, args, detail) => {
    await expect(database.sql.unsafe(`select public.create_board(${args})`)).rejects.toMatchObject({
      detail,
    });
  });

  it('cannot be created by visitors', async () => {
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

it('a season board shows an empty page before its first season, with when that begins', async () => {
  await database.sql`select public.create_board('league', 'League', 'season')`;
  const read = async () => {
    const [row] = await database.sql<{ page: BoardPage; standing: unknown; periods: unknown }[]>`
      select public.get_board_page('league') as page,
        public.get_standing('league', gen_random_uuid()) as standing,
        public.get_board_statistics('league') ->> 'player_count' as players`;
    return row;
  };
  expect(await read()).toMatchObject({
    page: { board: { state: 'upcoming', period_id: null, starts_at: null, player_count: 0 }, standings: [] },
    standing: null,
    players: '0',
  });
  const [planned] = await database.sql`
    select public.plan_season('league', 'Spring', now() + interval '1 day', now() + interval '2 days') as season`;
  const { period_id, starts_at } = planned?.season ?? {};
  expect((await read())?.page.board).toMatchObject({
    state: 'upcoming',
    period_id,
    starts_at,
    period_name: 'Spring',
  });
  const unknown = database.sql`select public.get_board_page('league', period_id => 0)`;
  expect(await readRefusal(unknown)).toBe('period_not_found');
});

async function playOne(arena: Arena): Promise<void> {
  const event = { external_id: arena.slug, player_id: arena.playerIds[0], metric: arena.metric, units: 1 };
  await sendEvents(database.sql, [{ ...event, occurred_at: new Date().toISOString() }]);
  await refreshPeriod(database.sql, arena.currentPeriodId);
}

describe('changing a board', () => {
  const update = (slug: string, args: string) =>
    database.sql.unsafe(`select public.update_board('${slug}', ${args}) as board`);
  const readTiers = (arena: Arena) =>
    database.sql`select tier from public.player_tiers where board_id = ${arena.boardId}`;

  it('takes effect at once and is audited', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await playOne(arena);
    const args =
      "name => 'Renamed', late_policy => 'refuse', close_grace => '2 hours', announces_ranks => false";
    const [row] = await update(arena.slug, args);
    expect(row?.board).toMatchObject({
      name: 'Renamed',
      late_policy: 'refuse',
      close_grace: '02:00:00',
      announces_ranks: false,
      awards_tiers: true,
      title_hold_refreshes: 0,
    });
    const [page] = await database.sql<{ page: BoardPage }[]>`
      select public.get_board_page(${arena.slug}) as page`;
    expect(page?.page.board.name).toBe('Renamed');
    const audit = await database.sql`
      select before ->> 'name' as before, after ->> 'name' as after from public.audit_log
      where action = 'board.updated' and subject_id = ${arena.slug}`;
    expect(audit.map(({ before, after }) => [before, after])).toEqual([['Arena', 'Renamed']]);
    await update(arena.slug, "name => 'Renamed'");
    expect(
      await database.sql`
      select from public.audit_log where action = 'board.updated' and subject_id = ${arena.slug}`,
    ).toHaveLength(1);
  });

  it('withdraws tiers when awarding or the board is switched off, and restores them', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await database.sql`insert into leaderboard.rank_subscriptions (player_id) values (${arena.playerIds[0] ?? ''})`;
    await playOne(arena);
    for (const switched of ['awards_tiers', 'is_active']) {
      await update(arena.slug, `${switched} => false`);
      expect(await readTiers(arena)).toHaveLength(0);
      await update(arena.slug, `${switched} => true`);
      expect(await readTiers(arena)).toMatchObject([{ tier: 'champion' }]);
    }
    const told = await database.sql`
      select data ->> 'tier_after' as tier from platform.outbox
      where name = 'leaderboard/tier.changed' and data ->> 'board' = ${arena.slug} order by seq`;
    expect(told.map(({ tier }) => tier)).toEqual(['champion', null, 'champion', null, 'champion']);
  });

  it('is refused with the problem, and for callers without permission', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    expect(await readRefusal(update('nowhere', 'is_active => true'))).toBe('board_not_found');
    for (const wrong of [
      "late_policy => 'never'",
      "close_grace => '-1 hour'",
      "close_grace => '1 year'",
      'title_hold_refreshes => 1001',
    ]) {
      expect([wrong, await readRefusal(update(arena.slug, wrong))]).toEqual([wrong, 'invalid_board']);
    }
    expect(await readRefusal(update(arena.slug, "name => ''"))).toBe('board_name_invalid');
    const [manager, admin] = [
      await createPlayer(database, 'board-manager', 'manager'),
      await createPlayer(database, 'board-admin', 'admin'),
    ];
    const rename = (persona: typeof admin) =>
      runAs(database, persona, (sql) => sql`select public.update_board(${arena.slug}, 'By hand')`);
    expect(await readRefusal(rename(manager))).toBe('not_admin');
    expect(await readRefusal(rename(admin))).toBeNull();
  });

  it('leaves only the archives of a deactivated board readable', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
    await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
    await update(arena.slug, 'is_active => false');
    const [row] = await database.sql`
      select public.get_board_page(${arena.slug}, period_id => ${arena.pastPeriodId}) -> 'board' ->> 'state' as page,
        public.export_period(${arena.slug}, ${arena.pastPeriodId}) ->> 'player_count' as exported,
        public.get_board_at(${arena.slug}, now(), period_id => ${arena.pastPeriodId}) -> 'board' ->> 'state' as past,
        public.get_rank_history(${arena.slug}, ${arena.playerIds}, period_id => ${arena.pastPeriodId}) as history`;
    expect(row).toMatchObject({ page: 'closed', exported: '0', past: 'closed' });
    for (const period_id of [null, arena.currentPeriodId]) {
      const reading = database.sql`select public.get_board_page(${arena.slug}, period_id => ${period_id})`;
      expect(await readRefusal(reading)).toBe('board_not_found');
    }
  });
});

it('archives are verified by managers and the service only', async () => {
  const arena = await createArena(database.sql, { playerCount: 1 });
  const player = await createPlayer(database, 'verifying-player');
  const manager = await createPlayer(database, 'verifying-manager', 'manager');
  for (const what of [`verify_archive(${arena.pastPeriodId})`, `verify_board('${arena.slug}')`]) {
    const refusals = [];
    for (const persona of ['anon', player, manager, 'service_role'] as const) {
      const verifying = runAs(database, persona, (sql) => sql.unsafe(`select public.${what}`));
      refusals.push(await readRefusal(verifying));
    }
    expect([what, refusals]).toEqual([what, ['42501', 'not_manager', null, null]]);
  }
});

it('after a restore into another cluster everything is recounted', async () => {
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
  await database.sql`select leaderboard.adopt_restored_events()`;
  await refreshPeriod(database.sql, arena.currentPeriodId);
  expect(await read()).toEqual(before);
  expect(await refreshPeriod(database.sql, arena.currentPeriodId)).toMatchObject({ status: 'unchanged' });
});

it.each(['1000000000:1000000000:', '3:3:'])(
  'after a restore a void is told which archives keep its points, whatever the other cluster counted (%s)',
  async (seenThere) => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    const external_id = `boards-kept-${arena.slug}`;
    const occurred_at = new Date(Date.now() - 5 * 86_400_000).toISOString();
    const event = { external_id, player_id: arena.playerIds[0], metric: arena.metric, units: 1, occurred_at };
    await sendEvents(database.sql, [event]);
    await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
    await database.sql`
      update leaderboard.board_periods set applied_snapshot = ${seenThere}::text::pg_snapshot where id = ${arena.pastPeriodId}`;
    await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
    await database.sql`select leaderboard.adopt_restored_events()`;
    const answer = await sendEvents(database.sql, [
      { external_id: `${external_id}-void`, voids: external_id },
    ]);
    expect(answer.results).toMatchObject([{ status: 'accepted', closed_boards: [arena.slug] }]);
  },
);
