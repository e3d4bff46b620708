import type postgres from 'postgres';

/** Nodes whose count differs from the standings below them; nobody may be counted twice or not at all. */
export async function findWrongNodes(sql: postgres.Sql, periodId: number): Promise<postgres.Row[]> {
  return sql`
    select n.prefix, n.cumulative[256] as counted, listed.count from leaderboard.standing_nodes as n,
      lateral (
        select count(*) from leaderboard.standings as s
        where s.period_id = n.period_id and s.order_key is not null
          and substring(s.order_key for length(n.prefix)) = n.prefix) as listed
    where n.period_id = ${periodId} and n.cumulative[256] <> listed.count
    union all
    select null, null, count(*) from leaderboard.standings as s
    where s.period_id = ${periodId} and s.order_key is not null
      and not exists (select from leaderboard.standing_nodes as n where n.period_id = s.period_id and n.prefix = '')
    having count(*) > 0`;
}
