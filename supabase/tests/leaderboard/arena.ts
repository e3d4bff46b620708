import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { LatePolicy } from '#domain/leaderboard/vocabulary.ts';

/** A board with two manual periods: the first has ended and may be closed, the second is current. */
export interface Arena {
  sql: postgres.Sql;
  slug: string;
  boardId: number;
  pastPeriodId: number;
  currentPeriodId: number;
  /** In id order, as in ties. */
  playerIds: string[];
  /** The metric that only this board counts, 100 points a unit, unless it counts everything. */
  metric: string;
  /** The same, 10 points a unit. */
  minorMetric: string;
  /** The same, 5 points a unit, at most 20 a day. */
  cappedMetric: string;
}

/**
 * Creates players and a board that awards tiers. Nodes split at `leafMax` players, so a few players exercise
 * what usually takes thousands.
 */
export async function createArena(
  sql: postgres.Sql,
  options: {
    playerCount: number;
    countsEverything?: boolean;
    latePolicy?: LatePolicy;
    leafMax?: number;
    titleHold?: number;
  },
): Promise<Arena> {
  const playerIds = await createPlayers(sql, options.playerCount);
  await sql`update leaderboard.leaderboard_settings set leaf_player_count_max = ${options.leafMax ?? 3}`;
  const tag = randomUUID().slice(0, 8);
  const slug = `arena-${tag}`;
  const [metric, minorMetric, cappedMetric] = [`metric_${tag}`, `minor_${tag}`, `capped_${tag}`];
  await sql`
    insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from) values
      (${metric}, 100, null, '2020-01-01'), (${minorMetric}, 10, null, '2020-01-01'),
      (${cappedMetric}, 5, 20, '2020-01-01')`;
  const metrics = options.countsEverything ? null : [metric, minorMetric, cappedMetric];
  const [board] = await sql<{ id: number }[]>`
    insert into public.boards
      (slug, name, kind, metrics, awards_tiers, late_policy, close_grace, title_hold_refreshes)
    values (${slug}, 'Arena', 'season', ${metrics}, true, ${options.latePolicy ?? 'next_period'}, '0',
      ${options.titleHold ?? 0})
    returning id::int`;
  if (!board) throw new Error('The board was not made.');
  const periods = await sql<{ id: number }[]>`
    insert into leaderboard.board_periods (board_id, starts_at, ends_at) values
      (${board.id}, date_trunc('hour', now()) - interval '10 days', date_trunc('hour', now()) - interval '2 days'),
      (${board.id}, date_trunc('hour', now()) - interval '2 days', date_trunc('hour', now()) + interval '5 days')
    returning id::int`;
  const [past, current] = periods;
  if (!past || !current) throw new Error('The periods were not made.');
  return {
    sql,
    slug,
    boardId: board.id,
    pastPeriodId: past.id,
    currentPeriodId: current.id,
    playerIds,
    metric,
    minorMetric,
    cappedMetric,
  };
}

/** Creates public players with random ids and returns the ids in order. */
export async function createPlayers(sql: postgres.ISql, count: number): Promise<string[]> {
  const tag = randomUUID().slice(0, 8);
  const rows = await sql<{ id: string }[]>`
    insert into public.profiles (username, display_name)
    select ${tag} || '-' || n, 'Player ' || n from generate_series(1, ${count}::int) as n
    returning id`;
  return rows.map(({ id }) => id).sort();
}

/** Sends events as the service and returns the result. */
export async function sendEvents(
  sql: postgres.ISql,
  events: readonly unknown[],
  source = 'test',
  isAllOrNothing = false,
) {
  const [row] = await sql<{ answer: EventsAnswer }[]>`
    select public.record_score_events(${source}, ${JSON.stringify(events)}::text::jsonb, ${isAllOrNothing}) as answer`;
  if (!row) throw new Error('The events were not answered.');
  return row.answer;
}

export interface EventsAnswer {
  accepted: number;
  duplicates: number;
  refused: number;
  results: {
    external_id: string | null;
    status: string;
    event_id?: number;
    points?: number;
    closed_boards?: string[];
    reason?: string;
    message?: string;
  }[];
}

/** Refreshes one period, as of now or another moment, and returns the engine's result. */
export async function refreshPeriod(sql: postgres.ISql, periodId: number, asOf: string | null = null) {
  const [row] = await sql<{ answer: RefreshAnswer }[]>`
    select leaderboard.refresh_period(${periodId}::bigint, ${asOf}) as answer`;
  if (!row) throw new Error('The refresh gave no answer.');
  return row.answer;
}

/** The same for the current period of a board, with the secret key. */
export async function refreshBoard(sql: postgres.ISql, slug: string, asOf: string | null = null) {
  const [row] = await sql<{ answer: RefreshAnswer }[]>`
    select public.refresh_board(${slug}, ${asOf}) as answer`;
  if (!row) throw new Error('The refresh gave no answer.');
  return row.answer;
}

export interface RefreshAnswer {
  status: string;
  version?: number;
}
