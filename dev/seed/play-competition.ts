// Plays the competition in fast motion: records its events in order, publishes the boards at the moments they
// would have been published, and closes past periods. Only the clock is forged.
import type postgres from 'postgres';
import { listRefreshMoments } from './list-refresh-moments.ts';
import type { SeedEvent } from './score-history.ts';

const batchSize = 400;
const source = 'dealscale';
/** Only the last of the many daily periods were played. */
const dailyPeriodCount = 7;

/** Plays the events of an empty competition up to `now`. */
export async function playCompetition(
  owner: postgres.Sql,
  events: readonly SeedEvent[],
  now: Date,
): Promise<void> {
  const inOrder = events.toSorted((one, other) => one.occurred_at.localeCompare(other.occurred_at));
  const periodEnds = await openPastPeriods(owner, inOrder[0]?.occurred_at ?? now.toISOString());
  let before = new Date(0);
  for (const moment of listRefreshMoments(now, periodEnds)) {
    const [from, until] = [before.toISOString(), moment.toISOString()];
    await recordEvents(
      owner,
      inOrder.filter(({ occurred_at }) => occurred_at > from && occurred_at <= until),
    );
    await publish(owner, before, moment);
    before = moment;
  }
  await closePeriods(owner);
}

/** The schedule opens current periods; past ones are opened here. */
async function openPastPeriods(owner: postgres.Sql, firstMoment: string): Promise<Date[]> {
  await owner`select leaderboard.open_due_periods()`;
  await owner`
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select distinct boards.id, bounds.starts_at, bounds.ends_at
    from public.boards
    cross join lateral generate_series(
      case boards.kind when 'daily' then now() - make_interval(days => ${dailyPeriodCount})
        -- Where a day begins earlier the first one was on the day before.
        else ${firstMoment}::timestamptz + interval '1 day' end, now(), interval '1 day') as day
    cross join lateral leaderboard.period_bounds(boards.kind, boards.time_zone, day) as bounds
    where boards.kind in ('monthly', 'weekly', 'daily')
    order by 1, 2
    on conflict do nothing`;
  const ends = await owner<{ ends_at: Date }[]>`
    select distinct ends_at from leaderboard.board_periods where ends_at is not null`;
  return ends.map(({ ends_at }) => ends_at);
}

/** Two concurrent senders, with the fastest batch size. */
async function recordEvents(owner: postgres.Sql, events: readonly SeedEvent[]): Promise<void> {
  let start = 0;
  const send = async (): Promise<void> => {
    while (start < events.length) {
      const batch = events.slice(start, start + batchSize).map((event) => ({ ...event }));
      start += batchSize;
      const [row] = await owner`
        select answer ->> 'refused' as refused_count
        from public.record_score_events(${source}, ${owner.json(batch)}) as answer`;
      if (row?.refused_count !== '0')
        throw new Error(`${row?.refused_count} score events of the seed were refused.`);
    }
  };
  await Promise.all([send(), send()]);
}

/** Publishes every period that was played since the previous moment. */
async function publish(owner: postgres.Sql, before: Date, moment: Date): Promise<void> {
  const periods = await owner<{ id: string }[]>`
    select id from leaderboard.board_periods
    where state = 'open' and (starts_at is null or starts_at < ${moment}) and (ends_at is null or ends_at > ${before})
    order by board_id, starts_at`;
  for (const { id } of periods) await owner`select leaderboard.refresh_period(${id}, ${moment})`;
}

/**
 * In order, because each seal covers the previous one. Periods within their grace are left to the schedule.
 */
async function closePeriods(owner: postgres.Sql): Promise<void> {
  const periods = await owner<{ id: string }[]>`
    select id from leaderboard.board_periods where ends_at <= now() and state <> 'closed' order by board_id, starts_at`;
  for (const { id } of periods) {
    await owner`select leaderboard.freeze_period(${id})`;
    await owner`select leaderboard.archive_period(${id})`;
  }
}
