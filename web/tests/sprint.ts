import { useDatabase } from './use-database.ts';

/** Makes a daily board of its own, which nobody else changes, with a dozen players on it. */
export async function startSprint(board: string): Promise<void> {
  await useDatabase(async (sql) => {
    await sql`select public.create_board(${board}, ${board}, 'daily', close_grace => '0')`;
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
    await sql`call private.refresh_due_boards()`;
  });
}

/** Ends the running day of a board as if a day had gone by: it is closed and archived, and the next one is open. */
export async function endSprint(board: string): Promise<void> {
  await useDatabase(async (sql) => {
    const [period] = await sql`
      update private.board_periods
      set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'
      where id = private.current_period_id((select id from public.boards where slug = ${board}))
      returning id`;
    await sql`call private.refresh_due_boards()`;
    // The steps of the schedule, for this period alone; what the schedule has done already they leave as it is.
    await sql`select private.freeze_period(${period?.id})`;
    await sql`select private.archive_period(${period?.id})`;
  });
}
