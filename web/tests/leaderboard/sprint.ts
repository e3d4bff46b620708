import { findNoonZone } from '#dev/tests/noon-zone.ts';
import { useDatabase } from '../support/use-database.ts';

/** Creates a separate daily board with a dozen players, which no other test changes. */
export async function startSprint(board: string, closeGrace = '0'): Promise<void> {
  await useDatabase(async (sql) => {
    await sql`
      select public.create_board(${board}, ${board}, 'daily', time_zone => ${findNoonZone()},
        close_grace => ${closeGrace})`;
    const players = await sql<{ id: string }[]>`
      select id from public.profiles
      where is_ranked and visibility = 'public' and left_at is null and username not in ('pia', 'quinn')
      order by username limit 12`;
    const events = players.map(({ id }, index) => ({
      external_id: crypto.randomUUID(),
      player_id: id,
      metric: 'call_booked',
      units: index + 1,
      occurred_at: new Date().toISOString(),
    }));
    await sql`select public.record_score_events('browser-test', ${sql.json(events)})`;
    await sql`call leaderboard.refresh_due_boards()`;
  });
}

/**
 * Ends the current day of a board as if a day had passed: it is closed and archived, and the next one is
 * open.
 */
export async function endSprint(board: string): Promise<void> {
  await useDatabase(async (sql) => {
    const [period] = await sql`
      update leaderboard.board_periods
      set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'
      where id = leaderboard.current_period_id((select id from public.boards where slug = ${board}))
      returning id`;
    await sql`call leaderboard.refresh_due_boards()`;
    // The steps of the schedule, for this period alone.
    await sql`select leaderboard.freeze_period(${period?.id})`;
    await sql`select leaderboard.archive_period(${period?.id})`;
  });
}

/** Ends the current day of a board early: its grace begins, and the next period is open. */
export async function beginGrace(board: string): Promise<void> {
  await useDatabase(async (sql) => {
    await sql`
      update leaderboard.board_periods set ends_at = now()
      where id = leaderboard.current_period_id((select id from public.boards where slug = ${board}))`;
    await sql`call leaderboard.refresh_due_boards()`;
  });
}

/** Makes a player win the last ended period of a board, with events that arrive only now. */
export async function winLate(board: string, username: string): Promise<void> {
  await useDatabase(async (sql) => {
    const [row] = await sql`
      select public.record_score_events('browser-test', jsonb_build_array(jsonb_build_object(
        'external_id', gen_random_uuid(), 'metric', 'deal_closed', 'units', 100,
        'player_id', (select id from public.profiles where username = ${username}),
        'occurred_at', max(periods.ends_at) - interval '1 microsecond'))) as answer
      from leaderboard.board_periods as periods
      join public.boards on boards.id = periods.board_id and boards.slug = ${board}
      where periods.ends_at <= now()`;
    if (row?.answer.accepted !== 1) throw new Error(`Not counted: ${JSON.stringify(row?.answer)}`);
    await sql`call leaderboard.refresh_due_boards()`;
  });
}

/** Adds this many older days without any scores to a board. */
export async function addQuietDays(board: string, dayCount: number): Promise<void> {
  await useDatabase(async (sql) => {
    await sql`
      insert into leaderboard.board_periods (board_id, starts_at, ends_at, state, archive_hash)
      select first.board_id, first.starts_at - day * interval '1 day', first.starts_at - (day - 1) * interval '1 day',
        'closed', ''
      from (
        select periods.board_id, min(periods.starts_at) as starts_at
        from leaderboard.board_periods as periods
        join public.boards on boards.id = periods.board_id and boards.slug = ${board}
        group by 1
      ) as first
      cross join generate_series(1, ${dayCount}::int) as day`;
  });
}
