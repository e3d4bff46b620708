import type postgres from 'postgres';

/**
 * Violations in a period's outbox that a missing, duplicate or misordered event would cause: each player's
 * events form a chain in which every `before` equals the last `after` and which ends at the player's place,
 * and every version was announced once. For boards on which every place matters.
 */
export async function findBrokenChains(sql: postgres.Sql, periodId: number): Promise<string[]> {
  const rows = await sql<{ problem: string }[]>`
    with told as (
      select o.name, o.data, o.data ->> 'player_id' as player_id, (o.data ->> 'version')::bigint as version,
        coalesce(o.data ->> 'position_before', o.data ->> 'tier_before') as before,
        coalesce(o.data ->> 'position_after', o.data ->> 'tier_after') as after
      from platform.outbox as o
      where (o.data ->> 'period_id')::bigint = ${periodId}
        and o.name in ('leaderboard/rank.changed', 'leaderboard/tier.changed')
    ),
    chained as (
      select told.*, lag(told.after) over (partition by told.name, told.player_id order by told.version) as last_after,
        lead(told.version) over (partition by told.name, told.player_id order by told.version) is null as is_last
      from told
    ),
    placed as (
      select s.player_id::text, row_number() over (order by s.order_key)::text as position
      from leaderboard.standings as s
      where s.period_id = ${periodId} and s.order_key is not null
        and not exists (select from leaderboard.archived_standings as a where a.period_id = s.period_id)
      union all
      select a.player_id::text, a.position::text from leaderboard.archived_standings as a
      where a.period_id = ${periodId}
    ),
    published as (
      select (o.data ->> 'version')::bigint as version from platform.outbox as o
      where o.name = 'leaderboard/board.refreshed' and (o.data ->> 'period_id')::bigint = ${periodId}
    )
    select 'chain of ' || chained.player_id || ' at version ' || chained.version as problem
    from chained where chained.before is distinct from chained.last_after or chained.before = chained.after
    union all
    select 'last position told to ' || chained.player_id from chained
    left join placed on placed.player_id = chained.player_id
    where chained.is_last and chained.name = 'leaderboard/rank.changed' and chained.after is distinct from placed.position
    union all
    select 'position never told to ' || placed.player_id from placed
    where placed.player_id in (select l.player_id::text from public.discord_links as l)
      and placed.player_id not in (select told.player_id from told where told.name = 'leaderboard/rank.changed')
    union all
    select 'last tier told to ' || chained.player_id from chained
    left join public.player_tiers as t on t.player_id::text = chained.player_id
      and t.board_id = (select board_id from leaderboard.board_periods where id = ${periodId})
    where chained.is_last and chained.name = 'leaderboard/tier.changed' and chained.after is distinct from t.tier
    union all
    select 'version ' || expected.version || ' was told ' || count(published.version) || ' times'
    from leaderboard.board_periods as p, generate_series(1, p.version) as expected (version)
    left join published on published.version = expected.version
    where p.id = ${periodId} group by expected.version having count(published.version) <> 1`;
  return rows.map(({ problem }) => problem);
}
