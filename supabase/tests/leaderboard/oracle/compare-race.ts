import { expect } from 'vitest';
import type { Arena } from '../arena.ts';
import { type ExpectedBoard, readOracle } from './oracle.ts';

/**
 * The expected state of both periods after a race, derived from the events. The closed period holds what its
 * last refresh saw; later events count where they were routed.
 */
export async function readRacedBoards(
  arena: Arena,
): Promise<{ past: ExpectedBoard; current: ExpectedBoard }> {
  const { sql, pastPeriodId, currentPeriodId } = arena;
  const rows = await sql<
    {
      player_id: string;
      points: number;
      occurred_at: string;
      is_void: boolean;
      in_past: boolean;
      in_current: boolean;
    }[]
  >`
    select e.player_id, e.points::int, (extract(epoch from e.occurred_at) * 1000000)::bigint::text as occurred_at,
      e.voids_id is not null as is_void,
      e.counts_at >= past.starts_at and e.counts_at < past.ends_at
        and pg_visible_in_snapshot(e.transaction_id, past.applied_snapshot) as in_past,
      e.counts_at >= current.starts_at and e.counts_at < current.ends_at
        or exists (select from leaderboard.late_routes as r where r.event_id = e.id and r.period_id = current.id)
        as in_current
    from public.score_events as e, leaderboard.board_periods as past, leaderboard.board_periods as current
    where past.id = ${pastPeriodId} and current.id = ${currentPeriodId}`;
  const read = (key: 'in_past' | 'in_current') =>
    readOracle(
      sql,
      rows
        .filter((row) => row[key])
        .map((row) => ({
          playerId: row.player_id,
          points: row.points,
          occurredAt: Number(row.occurred_at),
          isVoid: row.is_void,
        })),
    );
  expect(rows.filter(({ in_past, in_current }) => in_past && in_current)).toEqual([]);
  return { past: await read('in_past'), current: await read('in_current') };
}

/** The closed period as archived, the open one as stored; both must match the oracle row by row. */
export async function compareRacedBoards(arena: Arena): Promise<void> {
  const { sql, pastPeriodId, currentPeriodId } = arena;
  const { past, current } = await readRacedBoards(arena);
  const archived = await sql`
    select player_id as "playerId", position::int, rank::int, count(*) over (partition by rank) > 1 as "isTied",
      score::int,
      (extract(epoch from reached_at) * 1000000)::bigint::float8 as "reachedAt"
    from leaderboard.archived_standings where period_id = ${pastPeriodId} order by position`;
  expect(archived.map((row) => ({ ...row }))).toEqual(past.standings);
  const stored = await sql`
    select s.player_id as "playerId", (row_number() over (order by s.order_key))::int as position,
      places.rank::int, count(*) over (partition by places.rank) > 1 as "isTied", s.score::int, (extract(epoch from s.reached_at) * 1000000)::bigint::float8 as "reachedAt",
      places.place::int as counted
    from leaderboard.standings as s, lateral leaderboard.count_places(s.period_id, s.order_key) as places
    where s.period_id = ${currentPeriodId} and s.order_key is not null order by position`;
  expect(stored.map((row) => ({ ...row }))).toEqual(
    current.standings.map((standing) => ({ ...standing, counted: standing.position })),
  );
}

/** Events after the close of their period that were neither routed nor archived, or both. */
export async function findMisrouted({ sql, pastPeriodId }: Arena) {
  return sql`
    select e.id from public.score_events as e cross join leaderboard.board_periods as p
    left join leaderboard.late_routes as r on r.event_id = e.id
    where p.id = ${pastPeriodId} and e.voids_id is null and e.occurred_at >= p.starts_at and e.occurred_at < p.ends_at
      and pg_visible_in_snapshot(e.transaction_id, p.applied_snapshot) = (r.event_id is not null)`;
}

/** Days of a player on which a capped metric gave something other than the cap allows. */
export async function findMiscapped(arena: Arena) {
  return arena.sql`
    select e.player_id, e.metric, e.occurred_at::date from public.score_events as e
    join public.score_rules as r on r.id = e.rule_id and r.daily_cap_points is not null
    group by 1, 2, 3
    having sum(e.points) <> least(min(r.daily_cap_points), sum(round(e.units * r.points_per_unit)))`;
}
