import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';

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
    from leaderboard.board_periods where id = ${arena.pastPeriodId}`;
  if (!times) throw new Error('There is no period.');
  return times;
}

async function close(arena: Arena): Promise<void> {
  await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
}

async function dropBoard(arena: Arena): Promise<void> {
  await database.sql`update public.boards set is_active = false where id = ${arena.boardId}`;
}

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
        (select count(*)::int from platform.outbox where name = 'leaderboard/period.closed'
          and (data ->> 'period_id')::bigint = ${arena.pastPeriodId}) as told`;
    expect(row?.page.standings.map(({ player_id, score, tier }) => [player_id, score, tier])).toEqual([
      // Announced only during the next period: nobody ever held a tier of this one.
      [arena.playerIds[1], 300, null],
      [arena.playerIds[0], 200, null],
    ]);
    expect(row?.page.board.state).toBe('closed');
    expect(row?.told).toBe(1);
    const changing = database.sql`update leaderboard.archived_standings set score = 1`;
    await expect(changing).rejects.toMatchObject({ code: 'DS403' });
    await dropBoard(arena);
  });

  it('withdraws the page that was rendered while it was open', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await database.sql`
      update leaderboard.board_periods set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'
      where id = ${arena.currentPeriodId}`;
    await score(arena, 0, 1, (await readTimes(arena)).past);
    await refreshPeriod(database.sql, arena.pastPeriodId);
    const readState = async () => {
      const [row] = await database.sql`
        select public.get_board_page(${arena.slug}) -> 'board' ->> 'state' as state`;
      return row?.state;
    };
    expect(await readState()).toBe('open');
    await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
    expect(await readState()).toBe('closing');
    await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
    expect(await readState()).toBe('closed');
    await dropBoard(arena);
  });

  it('is archived in consecutive batches, shared ranks and seals included', async () => {
    const arena = await createArena(database.sql, { playerCount: 5 });
    const { past } = await readTimes(arena);
    for (const player of [0, 1, 2, 3, 4]) await score(arena, player, player === 0 ? 2 : 1, past);
    await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
    const archive = async () => {
      const [row] = await database.sql`
        select leaderboard.archive_period(${arena.pastPeriodId}, 2) ->> 'status' as status`;
      return row?.status;
    };
    expect([await archive(), await archive(), await archive(), await archive()]).toEqual([
      'archiving',
      'archiving',
      'closed',
      'not_closing',
    ]);
    const rows = await database.sql`
      select position::int, rank::int from leaderboard.archived_standings where period_id = ${arena.pastPeriodId} order by position`;
    expect(rows.map(({ position, rank }) => [position, rank])).toEqual([
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 2],
    ]);
    const [row] = await database.sql`select public.verify_archive(${arena.pastPeriodId}) as answer`;
    expect(row?.answer).toMatchObject({ is_intact: true, checked: 5 });
    await dropBoard(arena);
  });

  it('seals the period itself as well', async () => {
    const arena = await createArena(database.sql, { playerCount: 1 });
    await close(arena);
    const change = (what: string) =>
      database.sql.unsafe(`update leaderboard.board_periods set ${what} where id = ${arena.pastPeriodId}`);
    for (const what of ['player_count = 7', "archive_hash = 'x'", 'ends_at = now()', "state = 'open'"]) {
      await expect(change(what)).rejects.toMatchObject({ code: 'DS403', detail: 'period_closed' });
    }
    const addRow = (periodId: number) => database.sql`
      insert into leaderboard.archived_standings
        (period_id, position, rank, player_id, score, event_count, reached_at, row_hash)
      values (${periodId}, 1, 1, ${arena.playerIds[0] ?? ''}, 1, 1, now(), '')`;
    for (const periodId of [arena.pastPeriodId, arena.currentPeriodId]) {
      await expect(addRow(periodId)).rejects.toMatchObject({ code: 'DS403', detail: 'period_closed' });
    }
    const removing = database.sql`delete from leaderboard.board_periods where id = ${arena.pastPeriodId}`;
    await expect(removing).rejects.toMatchObject({ detail: 'period_closed' });
    await change('purged_at = now()');
    await dropBoard(arena);
  });

  it('reveals direct changes of the archive', async () => {
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
        update leaderboard.archived_standings set score = score + 1 where period_id = ${arena.pastPeriodId} and position = 3`;
    });
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_position: 3 });
    await database.admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`delete from leaderboard.archived_standings where period_id = ${arena.pastPeriodId} and position = 4`;
    });
    expect(await verify()).toMatchObject({ is_intact: false });
    await dropBoard(arena);
  });

  it('is verified with the whole chain, which reveals an archive rewritten with new seals', async () => {
    const arena = await createArena(database.sql, { playerCount: 2 });
    const { past, present } = await readTimes(arena);
    for (const player of [0, 1]) {
      await score(arena, player, player + 1, past);
      await score(arena, player, player + 1, present);
    }
    await close(arena);
    await database.sql`
      update leaderboard.board_periods set ends_at = clock_timestamp() where id = ${arena.currentPeriodId}`;
    await database.sql`select leaderboard.freeze_period(${arena.currentPeriodId})`;
    await database.sql`select leaderboard.archive_period(${arena.currentPeriodId})`;
    const verify = async (after: number | null = null, most = 100) => {
      const [row] =
        await database.sql`select public.verify_board(${arena.slug}, ${after}, ${most}) as answer`;
      return row?.answer;
    };
    const whole = { is_intact: true, period_count: 2, checked: 4, broken_periods: [] };
    expect(await verify()).toMatchObject({ ...whole, next_after_period_id: null });
    const first = await verify(null, 1);
    expect(first).toMatchObject({ period_count: 1, next_after_period_id: arena.pastPeriodId });
    expect(await verify(arena.pastPeriodId)).toMatchObject({ period_count: 1, next_after_period_id: null });
    await dropBoard(arena);
    expect(await verify()).toMatchObject(whole);

    await database.admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`
        update leaderboard.archived_standings set score = score + 1 where period_id = ${arena.pastPeriodId}`;
      await transaction`
        update leaderboard.archived_standings set row_hash = sha256(int8send(period_id) || int8send(position)
          || int8send(rank) || uuid_send(player_id) || int8send(score) || int4send(event_count)
          || timestamptz_send(reached_at)) where period_id = ${arena.pastPeriodId}`;
      await transaction`
        update leaderboard.board_periods as p set archive_hash = leaderboard.seal_period(p) where p.id = ${arena.pastPeriodId}`;
    });
    const [alone] = await database.sql`select public.verify_archive(${arena.pastPeriodId}) as answer`;
    expect(alone?.answer).toMatchObject({ is_intact: true });
    expect(await verify()).toMatchObject({
      is_intact: false,
      broken_periods: [
        { period_id: arena.currentPeriodId, is_seal_intact: false, first_broken_position: null },
      ],
    });
    expect((await verify(null, 1)).last_archive_hash).not.toBe(first.last_archive_hash);
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
});
