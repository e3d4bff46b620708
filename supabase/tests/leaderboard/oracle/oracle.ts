import type postgres from 'postgres';

/** An event that counts, reduced to what the order depends on. Times are microseconds since 1970. */
export interface CountedEvent {
  playerId: string;
  points: number;
  occurredAt: number;
  isVoid: boolean;
}

/** The expected place of a listed player. `reachedAt` is in microseconds. */
export interface ExpectedStanding {
  playerId: string;
  position: number;
  rank: number;
  isTied: boolean;
  score: number;
  reachedAt: number;
}

/** The expected board: the listed players in order, and the score of everybody who has any. */
export interface ExpectedBoard {
  standings: ExpectedStanding[];
  scores: Map<string, number>;
}

/** The board of these events computed by a plain window function; it reads only profiles from the engine. */
export async function readOracle(sql: postgres.Sql, events: readonly CountedEvent[]): Promise<ExpectedBoard> {
  const counted = events.map(({ playerId, points, occurredAt, isVoid }) => ({
    player_id: playerId,
    points,
    occurred_at: occurredAt,
    is_void: isVoid,
  }));
  const rows = await sql<
    {
      player_id: string;
      score: number;
      reached_at: string;
      position: number | null;
      rank: number;
      is_tied: boolean;
    }[]
  >`
    with totals as (
      select e.player_id, sum(e.points) as score,
        -- What is worth nothing changes no score; a first event puts its player on the board all the same.
        coalesce(max(e.occurred_at) filter (where e.points <> 0), min(e.occurred_at)) as reached_at,
        count(*) filter (where not e.is_void) > count(*) filter (where e.is_void) as is_left
      from jsonb_to_recordset(${JSON.stringify(counted)}::text::jsonb)
        as e (player_id uuid, points bigint, occurred_at bigint, is_void boolean)
      group by e.player_id
    ),
    listed as (
      select t.*, t.is_left and f.visibility <> 'hidden' and f.is_ranked and f.left_at is null as is_listed
      from totals as t join public.profiles as f on f.id = t.player_id
    )
    select player_id, score::int, reached_at::text,
      case when is_listed then
        row_number() over (partition by is_listed order by score desc, reached_at, player_id)::int end as position,
      (rank() over (partition by is_listed order by score desc))::int as rank,
      count(*) over (partition by is_listed, score) > 1 as is_tied
    from listed
    order by position`;
  return {
    standings: rows.flatMap(({ player_id, position, rank, is_tied, score, reached_at }) =>
      position === null
        ? []
        : [{ playerId: player_id, position, rank, isTied: is_tied, score, reachedAt: Number(reached_at) }],
    ),
    scores: new Map(rows.map(({ player_id, score }) => [player_id, score])),
  };
}
