import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardPage } from '#domain/ranking/standing.ts';
import { createTestDatabase, type TestDatabase } from '#local/postgres/test-database.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from './leaderboard/arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

let count = 0;
async function score(arena: Arena, player: number, units: number, occurredAt: string) {
  const answer = await sendEvents(database.sql, [
    {
      external_id: `period-${count++}`,
      player_id: arena.playerIds[player],
      metric: arena.metric,
      units,
      occurred_at: occurredAt,
    },
  ]);
  return answer.results[0];
}

async function readTimes(arena: Arena) {
  const [times] = await database.sql<{ past: string; present: string }[]>`
    select to_json(starts_at + interval '1 hour') #>> '{}' as past, to_json(now()) #>> '{}' as present
    from private.board_periods where id = ${arena.pastPeriodId}`;
  if (!times) throw new Error('There is no period.');
  return times;
}

async function close(arena: Arena): Promise<void> {
  await database.sql`select private.freeze_period(${arena.pastPeriodId})`;
  await database.sql`select private.archive_period(${arena.pastPeriodId})`;
}

async function dropBoard(arena: Arena): Promise<void> {
  await database.sql`update public.boards set is_active = false where id = ${arena.boardId}`;
}

describe('the bounds of a period', () => {
  it.each([
    ['daily', 'Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['daily', 'Europe/Berlin', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['daily', 'America/New_York', '2026-11-01T03:59:00Z', '2026-10-31T04:00:00Z', '2026-11-01T04:00:00Z'],
    ['weekly', 'America/New_York', '2026-11-04T00:00:00Z', '2026-11-02T05:00:00Z', '2026-11-09T05:00:00Z'],
    ['weekly', 'Europe/Berlin', '2026-03-25T00:00:00Z', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z'],
    [
      'monthly',
      'Australia/Lord_Howe',
      '2026-04-10T00:00:00Z',
      '2026-03-31T13:00:00Z',
      '2026-04-30T13:30:00Z',
    ],
    ['monthly', 'UTC', '2028-02-29T23:59:59Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ])('of a %s board in %s at %s', async (kind, zone, at, startsAt, endsAt) => {
    const [bounds] = await database.sql`select * from private.period_bounds(${kind}, ${zone}, ${at})`;
    expect(bounds).toEqual({ starts_at: new Date(startsAt), ends_at: new Date(endsAt) });
  });

  it('leave no gap and no overlap over two years of clock changes', async () => {
    const [gaps] = await database.sql`
      with walk as (
        select kind, zone, at, b.starts_at, b.ends_at
        from unnest(array['daily', 'weekly', 'monthly']) as kind,
          unnest(array['Europe/Berlin', 'America/Sao_Paulo', 'Asia/Tehran', 'Pacific/Chatham', 'UTC']) as zone,
          generate_series('2025-01-01T00:00Z'::timestamptz, '2027-01-01T00:00Z', '5 hours') as at,
          private.period_bounds(kind, zone, at) as b
      ),
      linked as (
        select *, lag(ends_at) over (partition by kind, zone order by at) as last_end,
          lag(starts_at) over (partition by kind, zone order by at) as last_start
        from walk
      )
      select count(*)::int as count from linked
      where not (starts_at <= at and at < ends_at)
        or (last_start is not null and starts_at <> last_start and starts_at <> last_end)`;
    expect(gaps?.count).toBe(0);
  });

  it('are opened once, whoever asks', async () => {
    await database.sql`insert into public.boards (slug, name, kind, time_zone) values ('zoned', 'Zoned', 'daily', 'Asia/Tokyo')`;
    const open = () => database.sql`select private.open_due_periods()`;
    await Promise.all([open(), open(), open()]);
    const periods = await database.sql`
      select p.id from private.board_periods as p join public.boards as b on b.id = p.board_id where b.slug = 'zoned'`;
    expect(periods).toHaveLength(1);
  });
});

describe('the end of a period', () => {
  it('archives what was played, seals it, and can be repeated', async () => {
    const arena = await createArena(database.sql, { playerCount: 3 });
    const { past } = await readTimes(arena);
    await score(arena, 0, 2, past);
    await score(arena, 1, 3, past);
    await close(arena);
    await close(arena);
    const [row] = await database.sql<{ page: BoardPage; told: number }[]>`
      select public.get_board_page(${arena.slug}, 10, null, null, ${arena.pastPeriodId}) as page,
        (select count(*)::int from private.outbox where name = 'leaderboard/period.closed'
          and (data ->> 'period_id')::bigint = ${arena.pastPeriodId}) as told`;
    expect(row?.page.standings.map(({ player_id, score, tier }) => [player_id, score, tier])).toEqual([
      [arena.playerIds[1], 300, 'champion'],
      [arena.playerIds[0], 200, 'silver'],
    ]);
    expect(row?.page.board.state).toBe('closed');
    expect(row?.told).toBe(1);
    const changing = database.sql`update private.archived_standings set score = 1`;
    await expect(changing).rejects.toMatchObject({ code: 'DS403' });
    await dropBoard(arena);
  });

  it('shows when somebody changed the archive behind its back', async () => {
    const arena = await createArena(database.sql, { playerCount: 4 });
    const { past } = await readTimes(arena);
    for (const player of [0, 1, 2, 3]) await score(arena, player, player + 1, past);
    await close(arena);
    const verify = async () => {
      const [row] = await database.sql`select public.verify_archive(${arena.pastPeriodId}) as answer`;
      return row?.answer;
    };
    expect(await verify()).toMatchObject({ is_intact: true, checked: 4 });
    await database.admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`
        update private.archived_standings set score = score + 1 where period_id = ${arena.pastPeriodId} and position = 3`;
    });
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_position: 3 });
    await database.admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`delete from private.archived_standings where period_id = ${arena.pastPeriodId} and position = 4`;
    });
    expect(await verify()).toMatchObject({ is_intact: false });
    await dropBoard(arena);
  });

  it('refuses late events, or counts them in the next period, as the board says', async () => {
    const strict = await createArena(database.sql, { playerCount: 1, latePolicy: 'refuse' });
    const { past } = await readTimes(strict);
    await score(strict, 0, 1, past);
    await close(strict);
    expect(await score(strict, 0, 1, past)).toMatchObject({ status: 'refused', reason: 'period_closed' });
    await dropBoard(strict);

    const lenient = await createArena(database.sql, { playerCount: 1 });
    await score(lenient, 0, 1, past);
    await close(lenient);
    expect(await score(lenient, 0, 5, past)).toMatchObject({ status: 'accepted' });
    await refreshPeriod(database.sql, lenient.currentPeriodId);
    const [row] = await database.sql`
      select public.get_standing(${lenient.slug}, ${lenient.playerIds[0] ?? ''}) -> 'score' as score`;
    expect(row?.score).toBe(500);
    await dropBoard(lenient);
  });

  it('is exported page by page, as JSON or CSV that no spreadsheet runs', async () => {
    const arena = await createArena(database.sql, { playerCount: 3 });
    const { past } = await readTimes(arena);
    for (const player of [0, 1, 2]) await score(arena, player, 3 - player, past);
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
    expect(first?.part.next_position).toBe(2);
    const [last] = await database.sql`
      select public.export_period(${arena.slug}, ${arena.pastPeriodId}, 'json', 2, 2) as part`;
    expect(last?.part.rows).toMatchObject([{ player_id: arena.playerIds[2], position: 3 }]);
    expect(last?.part.next_position).toBeNull();
    await dropBoard(arena);
  });
});

it('the scheduled run refreshes every board and closes what is due, in transactions of their own', async () => {
  const arena = await createArena(database.sql, { playerCount: 2 });
  const { past, present } = await readTimes(arena);
  await score(arena, 0, 1, past);
  await score(arena, 1, 1, present);
  await database.sql`call private.refresh_due_boards()`;
  const periods = await database.sql`
    select state, version::int from private.board_periods where board_id = ${arena.boardId} order by id`;
  expect(periods.map(({ state, version }) => [state, version])).toEqual([
    ['closed', 1],
    ['open', 1],
  ]);
  const [health] = await database.sql`select public.get_leaderboard_health() as health`;
  expect(health?.health.run).toMatchObject({ run_count: 1, failed_count: 0, skipped_count: 0 });
});
