import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { type Arena, createArena, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // Only the tests' own periods may become due.
  await database.sql`update public.boards set is_active = false`;
});
afterAll(async () => {
  await database.drop();
});

let count = 0;
async function score(arena: Arena, player: number, from: string): Promise<void> {
  const [row] = await database.sql<{ at: string }[]>`
    select to_json(coalesce(starts_at, now()) + ${from}::interval) #>> '{}' as at
    from leaderboard.board_periods where id = ${arena.pastPeriodId}`;
  const event = { external_id: `close-${count++}`, player_id: arena.playerIds[player], metric: arena.metric };
  const answer = await sendEvents(database.sql, [{ ...event, units: player + 1, occurred_at: row?.at }]);
  expect(answer.accepted).toBe(1);
}

/** An arena whose past period was played and is due. */
async function createDue(): Promise<Arena> {
  const arena = await createArena(database.sql, { playerCount: 3 });
  for (const player of [0, 1, 2]) await score(arena, player, '1 hour');
  return arena;
}

async function readPast(arena: Arena) {
  const [row] = await database.sql`
    select p.state, p.version::int, p.purged_at is not null as is_purged,
      (select count(*)::int from leaderboard.archived_standings where period_id = p.id) as archived,
      (select count(*)::int from leaderboard.standings where period_id = p.id) as working,
      (public.verify_archive(p.id) ->> 'is_intact')::boolean as is_intact,
      (select count(*)::int from platform.outbox where name = 'leaderboard/period.closed'
        and (data ->> 'period_id')::bigint = p.id) as told
    from leaderboard.board_periods as p where p.id = ${arena.pastPeriodId}`;
  return row;
}

const closeAll = (sql: postgres.ISql = database.sql) => sql`call leaderboard.close_due_periods()`;

it('the scheduled runs refresh every board and close what is due, in separate transactions', async () => {
  const arena = await createDue();
  await score(arena, 1, '9 days');
  await database.sql`call leaderboard.refresh_due_boards()`;
  await closeAll();
  const periods = await database.sql`
    select state, version::int from leaderboard.board_periods where board_id = ${arena.boardId} order by id`;
  expect(periods.map(({ state, version }) => [state, version])).toEqual([
    ['closed', 1],
    ['open', 1],
  ]);
  const [row] = await database.sql`select public.get_leaderboard_health() as health`;
  expect(row?.health.run).toMatchObject({
    run_count: 1,
    failed_count: 0,
    skipped_count: 0,
    overrun_count: 0,
  });
  expect(row?.health.run.duration_ms).toBeGreaterThan(0);
  expect(row?.health.closing).toMatchObject({ run_count: 1, failed_count: 0, busy_count: 0 });
});

it('a period stays open for late events until its grace is over', async () => {
  const arena = await createDue();
  const setGrace = (grace: string) =>
    database.sql`update public.boards set close_grace = ${grace} where id = ${arena.boardId}`;
  // The past period ended two days before a full hour, so both sides of now are hours away.
  await setGrace('2 days 2 hours');
  await closeAll();
  expect(await readPast(arena)).toMatchObject({ state: 'open', told: 0 });
  const [frozen] = await database.sql`select leaderboard.is_due_to_close(${arena.pastPeriodId}) as is_due`;
  expect(frozen?.is_due).toBe(false);
  await setGrace('1 day');
  await closeAll();
  expect(await readPast(arena)).toMatchObject({ state: 'closed', told: 1 });
});

it('two runs at once close everything once', async () => {
  const arena = await createDue();
  await Promise.all([
    closeAll(),
    closeAll(),
    database.sql`call leaderboard.refresh_due_boards()`,
    closeAll(),
  ]);
  await closeAll();
  expect(await readPast(arena)).toMatchObject({ state: 'closed', archived: 3, is_intact: true, told: 1 });
});

it('a period whose page is locked is postponed to the next run, without a failure', async () => {
  const arena = await createDue();
  const read = async () => {
    const [row] = await database.sql`
      select busy_count::int, failed_count::int from leaderboard.refresh_runs where job = 'close'`;
    return row;
  };
  const before = await read();
  await database.sql.begin(async (keeper) => {
    await keeper`select from leaderboard.board_tops where period_id = ${arena.pastPeriodId} for update`;
    await closeAll();
  });
  expect(await read()).toEqual({ ...before, busy_count: before?.busy_count + 1 });
  await closeAll();
  expect(await readPast(arena)).toMatchObject({ state: 'closed' });
});

it('a run ends when its time is up, and the next one continues', async () => {
  const arena = await createDue();
  const states = [];
  for (let run = 0; run < 3; run++) {
    await database.sql`call leaderboard.close_due_periods(0)`;
    states.push((await readPast(arena))?.state);
  }
  expect(states).toEqual(['closing', 'closed', 'closed']);
});

it('boards that a refresh had no time for come first in the next one', async () => {
  const arenas = [await createDue(), await createDue()];
  await database.sql`
    update public.boards set is_active = false where id <> all(${arenas.map(({ boardId }) => boardId)})`;
  const [early, late] = arenas.map(({ pastPeriodId }) => pastPeriodId);
  await database.sql`
    update leaderboard.board_periods set checked_at = now() - make_interval(hours => case id when ${late ?? 0} then 3 else 2 end)
    where id in (${early ?? 0}, ${late ?? 0})`;
  const readVersions = async () => {
    await database.sql`call leaderboard.refresh_due_boards(0)`;
    const rows = await database.sql`
      select version::int from leaderboard.board_periods where id in (${early ?? 0}, ${late ?? 0}) order by id`;
    return rows.map(({ version }) => version);
  };
  expect([await readVersions(), await readVersions()]).toEqual([
    [0, 1],
    [1, 1],
  ]);
  await closeAll();
});

it('boards are refreshed while an archive is being written', async () => {
  const arena = await createDue();
  await score(arena, 1, '9 days');
  await database.sql.begin(async (blocker) => {
    await blocker`lock table leaderboard.archived_standings in share mode`;
    const closing = closeInSession();
    await waitUntilBlocked(await closing.pid);
    await database.sql`call leaderboard.refresh_due_boards()`;
    const [row] = await database.sql`
      select version::int from leaderboard.board_periods where id = ${arena.currentPeriodId}`;
    expect(row?.version).toBe(1);
    await database.admin`select pg_terminate_backend(${await closing.pid})`;
    await closing.ended;
  });
});

/** Closes due periods in a separate session that may be killed. */
function closeInSession() {
  const session = postgres(database.url, { max: 1, onnotice: () => {} });
  const pid = session<{ pid: number }[]>`select pg_backend_pid() as pid`.then(([row]) => row?.pid ?? 0);
  const ended = pid
    .then(() => closeAll(session))
    .then(
      () => 'finished',
      () => 'killed',
    )
    .finally(() => session.end({ timeout: 0 }));
  return { pid, ended };
}

async function waitUntilBlocked(pid: number): Promise<void> {
  for (;;) {
    const [row] = await database.admin`
      select wait_event_type = 'Lock' as is_blocked from pg_stat_activity where pid = ${pid}`;
    if (row?.is_blocked) return;
    if (!row) throw new Error('The session ended before it was blocked.');
  }
}

async function killWhileBlocked(lock: (blocker: postgres.ISql) => Promise<unknown>): Promise<void> {
  await database.sql.begin(async (blocker) => {
    await lock(blocker);
    const closing = closeInSession();
    const pid = await closing.pid;
    await waitUntilBlocked(pid);
    await database.admin`select pg_terminate_backend(${pid})`;
    expect(await closing.ended).toBe('killed');
  });
}

it('a run killed while it freezes, archives or purges is completed by the next ones, once', async () => {
  const arena = await createDue();
  // The kill ends the wait for senders, however late it comes.
  await database.sql`alter function leaderboard.freeze_period(bigint) set lock_timeout = 0`;
  await database.sql`alter function leaderboard.hold_intake() set lock_timeout = 0`;
  await killWhileBlocked(
    (sql) => sql`select pg_advisory_xact_lock_shared(hashtextextended('leaderboard/intake', 0))`,
  );
  expect(await readPast(arena)).toMatchObject({ state: 'open', version: 0, archived: 0, told: 0 });
  await killWhileBlocked((sql) => sql`lock table leaderboard.archived_standings in share mode`);
  expect(await readPast(arena)).toMatchObject({ state: 'closing', version: 1, archived: 0, told: 0 });
  // The first batch is written, then it is killed during the second one.
  await database.sql`select leaderboard.archive_period(${arena.pastPeriodId}, 2)`;
  await killWhileBlocked((sql) => sql`lock table leaderboard.archived_standings in share mode`);
  expect(await readPast(arena)).toMatchObject({ state: 'closing', archived: 2, told: 0 });
  await closeAll();
  const closed = { state: 'closed', archived: 3, is_intact: true, told: 1 };
  expect(await readPast(arena)).toMatchObject({ ...closed, is_purged: false, working: 3 });
  await database.sql`update leaderboard.leaderboard_settings set keep_closed_standings_for = '0'`;
  await killWhileBlocked((sql) => sql`lock table leaderboard.standings in share mode`);
  expect(await readPast(arena)).toMatchObject({ ...closed, is_purged: false, working: 3 });
  await database.sql`select leaderboard.purge_period(${arena.pastPeriodId}, 2)`;
  expect(await readPast(arena)).toMatchObject({ ...closed, is_purged: false, working: 1 });
  await closeAll();
  await closeAll();
  expect(await readPast(arena)).toMatchObject({ ...closed, is_purged: true, working: 0 });
});

it('postponed closes, overruns and overdue periods show in health', async () => {
  const arena = await createDue();
  const read = async () => {
    const [row] = await database.sql`select public.get_leaderboard_health() as health`;
    const board = row?.health.boards.find(
      (each: { period_id: number }) => each.period_id === arena.pastPeriodId,
    );
    return { run: row?.health.run, closing: row?.health.closing, board };
  };
  const before = await read();
  expect(before.board).toMatchObject({ state: 'open', is_overdue: true });
  expect(Date.parse(before.board.closes_at)).toBe(Date.parse(before.board.ends_at));
  await database.sql.begin(async (blocker) => {
    await blocker`select pg_advisory_xact_lock(hashtextextended('leaderboard/board', ${arena.boardId}))`;
    await closeAll();
  });
  expect((await read()).closing.busy_count).toBe(before.closing.busy_count + 1);
  await database.sql`update leaderboard.refresh_runs set started_at = clock_timestamp() - interval '31 seconds'`;
  await database.sql`select leaderboard.finish_run('refresh')`;
  const after = await read();
  expect(after.run.overrun_count).toBe(before.run.overrun_count + 1);
  expect(after.run.duration_ms).toBeGreaterThan(30_000);
  await closeAll();
  expect((await read()).board).toBeUndefined();
});
