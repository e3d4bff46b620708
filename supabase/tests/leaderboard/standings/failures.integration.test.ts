import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { Game } from '../game.ts';
import { waitUntilBlocked } from '../sessions.ts';

let database: TestDatabase;
let broken: Game;
let sound: Game;

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  await sql`create table leaderboard.broken_boards (period_id bigint, seconds double precision)`;
  await sql.unsafe(`
    create function leaderboard.break_board() returns trigger language plpgsql as $$
    begin
      perform pg_sleep(broken.seconds) from leaderboard.broken_boards as broken where broken.period_id = new.period_id;
      if found then raise 'It is broken.'; end if;
      return new;
    end $$;
    create trigger break_board before insert on leaderboard.board_versions
      for each row execute function leaderboard.break_board();`);
});
beforeEach(async () => {
  const { sql } = database;
  await sql`update public.boards set is_active = false`;
  await sql`update leaderboard.refresh_runs set failed_count = 0, last_error = null where job = 'refresh'`;
  broken = await Game.begin(sql, { playerCount: 1 });
  sound = await Game.begin(sql, { playerCount: 1 });
  await sql`
    update leaderboard.board_periods set checked_at = now() - interval '1 hour'
    where id in (${broken.arena.currentPeriodId}, ${broken.arena.pastPeriodId})`;
  await broken.score({ 0: 1 });
  await sound.score({ 0: 1 });
});
afterAll(() => database.drop());

/** @param seconds until it fails */
async function breakRefresh(seconds: number, periodId = broken.arena.currentPeriodId): Promise<void> {
  await database.sql`insert into leaderboard.broken_boards values (${periodId}, ${seconds})`;
}

/** Like the schedule with a statement timeout. */
async function callHosted(procedure: 'refresh_due_boards' | 'close_due_periods'): Promise<void> {
  const connection = { statement_timeout: 5000 };
  const sql = postgres(database.url, { max: 1, onnotice: () => {}, connection });
  try {
    await sql`call ${sql('leaderboard')}.${sql(procedure)}()`;
  } finally {
    await sql.end();
  }
}

async function readPastStates(): Promise<string[]> {
  const ids = [broken, sound].map(({ arena }) => arena.pastPeriodId);
  const rows = await database.sql<{ state: string }[]>`
    select state from leaderboard.board_periods where id = any (${ids}) order by id`;
  return rows.map(({ state }) => state);
}

async function readVersions(): Promise<number[]> {
  const ids = [broken, sound].map(({ arena }) => arena.currentPeriodId);
  const rows = await database.sql<{ version: number }[]>`
    select version::int from leaderboard.board_periods where id = any (${ids}) order by id`;
  return rows.map(({ version }) => version);
}

/** The open periods of this test's boards, as health reports them. */
async function readFailures() {
  const [row] = await database.sql<{ health: { run: object; boards: Record<string, unknown>[] } }[]>`
    select public.get_leaderboard_health() as health`;
  const boards = row?.health.boards.filter(({ period_id }) =>
    [broken, sound].some(({ arena }) => arena.currentPeriodId === period_id),
  );
  return { run: row?.health.run, counts: boards?.map(({ failed_count }) => failed_count) };
}

describe('a board whose refresh fails', () => {
  it('yields to the others in the next run, so they are refreshed however long it takes', async () => {
    await breakRefresh(0);
    // No time at all: each run handles a single period. Each arena has a past one.
    for (let run = 0; run < 4; run += 1) await database.sql`call leaderboard.refresh_due_boards(0)`;
    expect(await readVersions()).toEqual([0, 1]);
    expect(await readFailures()).toMatchObject({
      run: { failed_count: 1, last_error: expect.stringContaining('It is broken.') },
      counts: [1, 0],
    });
  });

  it('is refreshed as soon as it can be', async () => {
    await breakRefresh(0);
    await database.sql`call leaderboard.refresh_due_boards()`;
    await database.sql`delete from leaderboard.broken_boards`;
    await database.sql`call leaderboard.refresh_due_boards()`;
    expect(await readVersions()).toEqual([1, 1]);
  });

  it('is abandoned when the time for a whole run is over, and the others come first in the next one', async () => {
    await breakRefresh(60);
    await callHosted('refresh_due_boards');
    expect(await readVersions()).toEqual([0, 0]);
    expect(await readFailures()).toMatchObject({
      run: { failed_count: 1, last_error: expect.stringContaining('statement timeout') },
      counts: [1, 0],
    });
    // With time for one period each: the past one, and the current one.
    for (let run = 0; run < 2; run += 1) await database.sql`call leaderboard.refresh_due_boards(0)`;
    expect(await readVersions()).toEqual([0, 1]);
    const [canBegin] = await database.sql.begin(async (own) => {
      const rows = await own`select leaderboard.begin_run('refresh') as can_begin`;
      await own`select leaderboard.finish_run('refresh')`;
      return rows;
    });
    expect(canBegin).toEqual({ can_begin: true });
  });

  it('does not keep other boards from closing', async () => {
    const longAgo = new Date(Date.now() - 4 * 86_400_000);
    for (const game of [broken, sound]) await game.score({ 0: 1 }, longAgo);
    await breakRefresh(60, broken.arena.pastPeriodId);
    await callHosted('close_due_periods');
    expect(await readPastStates()).toEqual(['open', 'open']);
    // With time for one step each: freezing, and archiving.
    for (let run = 0; run < 2; run += 1) await database.sql`call leaderboard.close_due_periods(0)`;
    expect(await readPastStates()).toEqual(['open', 'closed']);
    await database.sql`delete from leaderboard.broken_boards`;
    await database.sql`call leaderboard.close_due_periods()`;
    expect(await readPastStates()).toEqual(['closed', 'closed']);
  });
});

it.each([
  ['refresh', 'refresh_due_boards'],
  ['close', 'close_due_periods'],
])('a cancelled %s run lets others begin, although its session continues', async (job, procedure) => {
  const session = postgres(database.url, { max: 1, connection: { application_name: procedure } });
  await database.sql.begin(async (holder) => {
    await holder`lock table leaderboard.board_periods in access exclusive mode`;
    const running = session`call ${session('leaderboard')}.${session(procedure)}()`.then(
      () => 'ended',
      (error: Error) => error.message,
    );
    await waitUntilBlocked(database.admin, procedure);
    await database.admin`
      select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = ${procedure}`;
    expect(await running).toMatch(/cancel/);
  });
  const [next] = await database.sql`select leaderboard.begin_run(${job}) as can_begin`;
  expect(next).toEqual({ can_begin: true });
  await session.end();
});
