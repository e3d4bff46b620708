import type postgres from 'postgres';

/** The board that is measured, filled with players. */
export interface FilledBoard {
  slug: string;
  playerCount: number;
  playerIds: string[];
  fillMs: number;
}

/**
 * Makes so many players with one event each, scores as unequal as in life, and the board's first version. The other
 * boards are switched off, so that one board is measured.
 */
export async function fillBoard(sql: postgres.Sql, playerCount: number): Promise<FilledBoard> {
  await sql`update public.boards set is_active = false where slug <> 'all-time'`;
  const step = 250_000;
  for (let from = 1; from <= playerCount; from += step) {
    const to = Math.min(playerCount, from + step - 1);
    await sql`
      with player as (
        insert into public.profiles (username, display_name)
        select 'player-' || n, 'Player ' || n from generate_series(${from}::int, ${to}::int) as n
        returning id
      )
      insert into public.score_events
        (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
      select 'fill', player.id::text, player.id, 'deal_closed', 1, (1 + power(random(), 3) * 200000)::bigint, rule.id, at.time, at.time
      from player
      cross join (select min(r.id) as id from public.score_rules as r where r.metric = 'deal_closed') as rule
      cross join lateral (select now() - random() * interval '300 days' where player.id is not null) as at (time)`;
  }
  await sql.unsafe('vacuum (analyze) public.profiles');
  await sql.unsafe('vacuum (analyze) public.score_events');
  const startedAt = performance.now();
  await sql`select public.refresh_board('all-time')`;
  const fillMs = performance.now() - startedAt;
  for (const table of ['standings', 'standing_nodes', 'board_periods']) {
    await sql.unsafe(`vacuum (analyze) private.${table}`);
  }
  const players = await sql<{ id: string }[]>`
    select id from public.profiles tablesample system (${Math.min(100, (20_000_00 / playerCount) * 2)}) limit 20000`;
  return { slug: 'all-time', playerCount, playerIds: players.map(({ id }) => id), fillMs };
}
