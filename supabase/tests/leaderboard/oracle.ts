import type postgres from 'postgres';
import type { Arena } from './arena.ts';

/** Where a player must stand, by a plain query over everything that was ever recorded. */
export interface ExpectedStanding {
  player_id: string;
  position: number;
  rank: number;
  score: number;
  reached_at: string;
}

/**
 * The board of a period as a window function sees it. It shares no code and no state with the engine: only events and
 * profiles are read, and the id of the last event that was in before the past period closed decides what was late.
 */
export async function readOracle(
  sql: postgres.Sql,
  arena: Arena,
  periodId: number,
  lastEventIdAtClose: number | null,
): Promise<ExpectedStanding[]> {
  const isPast = periodId === arena.pastPeriodId;
  return sql<ExpectedStanding[]>`
    with bounds as (
      select starts_at, ends_at from private.board_periods where id = ${periodId}
    ),
    past as (
      select starts_at, ends_at from private.board_periods where id = ${arena.pastPeriodId}
    ),
    origin as (
      select e.*, coalesce(v.id, e.id) as origin_id, coalesce(v.occurred_at, e.occurred_at) as origin_at
      from public.score_events as e left join public.score_events as v on v.id = e.voids_id
      where e.source = ${arena.slug}
    ),
    counted as (
      select o.* from origin as o, bounds as b, past as p
      where case
        when o.origin_at >= p.starts_at and o.origin_at < p.ends_at then
          case
            when ${isPast} then ${lastEventIdAtClose}::bigint is null or o.id <= ${lastEventIdAtClose}
            else o.origin_id > ${lastEventIdAtClose}
          end
        else not ${isPast} and o.origin_at >= b.starts_at and o.origin_at < b.ends_at
      end
    ),
    totals as (
      select c.player_id, sum(c.points) as score, max(c.occurred_at) as reached_at
      from counted as c
      group by c.player_id
      having count(*) filter (where c.voids_id is null) > count(*) filter (where c.voids_id is not null)
    )
    select t.player_id, t.score::int as score, to_json(t.reached_at) #>> '{}' as reached_at,
      (row_number() over (order by t.score desc, t.reached_at, t.player_id))::int as position,
      (rank() over (order by t.score desc))::int as rank
    from totals as t join public.profiles as f on f.id = t.player_id
    where f.visibility <> 'hidden' and f.is_ranked and f.left_at is null
    order by position`;
}
