import type postgres from 'postgres';

/** A filled board to measure. */
export interface FilledBoard {
  slug: string;
  /** The metric whose events count on it. */
  metric: string;
  playerCount: number;
  /** A random sample of its players. */
  playerIds: string[];
  /** Duration of its first refresh. */
  fillMs: number;
}

/** Two boards of one database, to measure in one run what depends on the number of players. */
export interface FilledBoards {
  whole: FilledBoard;
  /** The same setup with every tenth player. */
  tenth: FilledBoard;
}

const sampleSize = 20_000;

/**
 * Creates players with one event each and realistically uneven scores, links one in a thousand to Discord (on
 * both boards) so they are notified about rank changes, and publishes the first version of a board with all
 * players and of one with every tenth. Deactivates the other boards.
 */
export async function fillBoards(sql: postgres.Sql, playerCount: number): Promise<FilledBoards> {
  await sql`
    insert into public.boards (slug, name, kind, metrics, awards_tiers, announces_ranks, late_policy, close_grace)
    select 'tenth', 'Every tenth player', kind, array['task_completed'], awards_tiers, announces_ranks, late_policy, close_grace
    from public.boards where slug = 'all-time'`;
  await sql`
    insert into leaderboard.milestones (board_id, milestone, kind, threshold)
    select tenth.id, milestones.milestone, milestones.kind, milestones.threshold
    from leaderboard.milestones
    join public.boards on boards.id = milestones.board_id and boards.slug = 'all-time'
    cross join (select id from public.boards where slug = 'tenth') as tenth`;
  await sql`update public.boards set is_active = false where slug not in ('all-time', 'tenth')`;
  const step = 250_000;
  for (let from = 1; from <= playerCount; from += step) {
    await addPlayers(sql, from, Math.min(playerCount, from + step - 1));
  }
  for (const table of ['public.profiles', 'public.score_events', 'public.discord_links']) {
    await sql.unsafe(`vacuum (analyze) ${table}`);
  }
  const fillMs = { whole: await refreshBoard(sql, 'all-time'), tenth: await refreshBoard(sql, 'tenth') };
  for (const table of ['standings', 'standing_nodes', 'board_periods', 'watched_positions']) {
    await sql.unsafe(`vacuum (analyze) private.${table}`);
  }
  return {
    whole: await describeBoard(sql, 'all-time', 'deal_closed', playerCount, fillMs.whole),
    tenth: await describeBoard(sql, 'tenth', 'task_completed', Math.floor(playerCount / 10), fillMs.tenth),
  };
}

async function addPlayers(sql: postgres.Sql, from: number, to: number): Promise<void> {
  await sql`
    with player as (
      insert into public.profiles (username, display_name)
      select 'player-' || n, 'Player ' || n from generate_series(${from}::int, ${to}::int) as n
      returning id, substring(username from 8)::int as number
    ),
    linked as (
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      select player.id, (100000000000000000 + player.number)::text, 'player' || player.number
      from player where player.number % 1000 = 1
    )
    insert into public.score_events
      (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
    select 'fill', player.id || '/' || rule.metric, player.id, rule.metric, 1,
      (1 + power(random(), 3) * 200000)::bigint, rule.id, at.time, at.time
    from player
    join (
      select metric, min(id) as id from public.score_rules
      where metric in ('deal_closed', 'task_completed') group by metric
    ) as rule on rule.metric = 'deal_closed' or player.number % 10 = 1
    cross join lateral (select now() - random() * interval '300 days' where player.id is not null) as at (time)`;
}

async function describeBoard(
  sql: postgres.Sql,
  slug: string,
  metric: string,
  playerCount: number,
  fillMs: number,
): Promise<FilledBoard> {
  const share = Math.min(100, ((sampleSize * 2) / playerCount) * 100);
  const players = await sql<{ player_id: string }[]>`
    select standings.player_id from leaderboard.standings tablesample bernoulli (${share})
    where standings.order_key is not null and standings.period_id = (
      select periods.id from leaderboard.board_periods as periods
      join public.boards on boards.id = periods.board_id and boards.slug = ${slug})
    limit ${sampleSize}`;
  return { slug, metric, playerCount, playerIds: players.map(({ player_id }) => player_id), fillMs };
}

/**
 * Publishes the next version of a board.
 * @param asOf the publication time, for refreshes faster than real time
 * @returns the duration in milliseconds
 */
export async function refreshBoard(sql: postgres.Sql, slug: string, asOf?: Date): Promise<number> {
  const startedAt = performance.now();
  const [answer] = await sql<{ refresh_board: { status: string } }[]>`
    select public.refresh_board(${slug}, ${asOf ?? null})`;
  if (answer?.refresh_board.status === 'busy') throw new Error(`Somebody else refreshes the board ${slug}.`);
  return performance.now() - startedAt;
}
