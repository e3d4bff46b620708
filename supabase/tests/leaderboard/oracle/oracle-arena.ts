import type postgres from 'postgres';
import type { LatePolicy } from '#domain/leaderboard/vocabulary.ts';
import { type Arena, createArena } from '../arena.ts';
import type { Rule } from './score-log.ts';

/** An arena in which every number is known, so its results can be recomputed. Times in microseconds. */
export interface OracleArena extends Arena {
  rules: Rule[];
  /** The full hour in which it was created. */
  hourAt: number;
  pastEndsAt: number;
  titleHold: number;
}

/** The announcement thresholds: so high that among a dozen players some changes are not announced. */
export const rankNews = { top: 3, minPlaces: 2 };
/** Milestones, each announced once. */
export const milestones = { score: 300, position: 2 };

export async function createOracleArena(
  sql: postgres.Sql,
  options: { latePolicy: LatePolicy; leafMax: number; titleHold: number },
): Promise<OracleArena> {
  const arena = await createArena(sql, { playerCount: 14, ...options });
  await sql`
    update public.boards set rank_news_top = ${rankNews.top}, rank_news_min_places = ${rankNews.minPlaces}
    where id = ${arena.boardId}`;
  for (const kind of ['score', 'position'] as const) {
    await sql`
      insert into leaderboard.milestones (board_id, milestone, kind, threshold)
      values (${arena.boardId}, ${kind}, ${kind}, ${milestones[kind]})`;
  }
  // Half of them are followed from the start, so many changes are announced.
  await sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    select id, lpad(row_number() over ()::text, 6, '4') || ${arena.boardId} || '00000000000', 'someone'
    from unnest(${arena.playerIds.filter((_, index) => index % 2 === 0)}::uuid[]) as id`;
  const rules = await sql<{ metric: string; points: number; cap: number | null }[]>`
    select metric, points_per_unit::int as points, daily_cap_points::int as cap from public.score_rules
    where metric in (${arena.metric}, ${arena.minorMetric}, ${arena.cappedMetric})`;
  const [ends] = await sql<{ at: string }[]>`
    select (extract(epoch from ends_at) * 1000000)::bigint::text as at from leaderboard.board_periods
    where id = ${arena.pastPeriodId}`;
  const pastEndsAt = Number(ends?.at);
  return {
    ...arena,
    rules: rules.map(({ metric, points, cap }) => ({
      metric,
      pointsPerUnit: points,
      dailyCap: cap,
      timeZone: 'UTC',
      effectiveFrom: 0,
    })),
    pastEndsAt,
    titleHold: options.titleHold,
    hourAt: pastEndsAt + 2 * 86_400_000_000,
  };
}
