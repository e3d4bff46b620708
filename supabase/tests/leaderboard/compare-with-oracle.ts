import type postgres from 'postgres';
import { expect } from 'vitest';
import type { BoardPage, Standing } from '#domain/ranking/standing.ts';
import { tierOfPosition } from '#domain/tiers/tier-of-position.ts';
import type { Arena } from './arena.ts';
import type { ExpectedStanding } from './oracle.ts';

/** Everything that a read says about a place, without names and movement. */
function toPlace(standing: Standing) {
  const { player_id, position, rank, score, reached_at } = standing;
  return { player_id, position, rank, score, reached_at };
}

/** The oracle's board with the ids under which anonymous players appear. */
async function maskAnonymous(sql: postgres.Sql, periodId: number, expected: ExpectedStanding[]) {
  const masks = await sql<{ id: string; shown: string }[]>`
    select id, case when visibility = 'public' then id else private.pseudonym(${periodId}, id) end as shown
    from public.profiles where id = any (${expected.map(({ player_id }) => player_id)}::uuid[])`;
  const shown = new Map(masks.map((mask) => [mask.id, mask.shown]));
  return expected.map((standing) => ({ ...standing, player_id: shown.get(standing.player_id) }));
}

async function readPage(sql: postgres.Sql, args: Record<string, string | number | null>): Promise<BoardPage> {
  const [row] = await sql<{ page: BoardPage }[]>`
    select public.get_board_page(${args.board ?? ''}, ${args.max_rows ?? 100}::int, ${args.cursor ?? null},
      ${args.from_position ?? null}::bigint, ${args.period_id ?? null}::bigint, ${args.movement ?? 'day'}) as page`;
  if (!row) throw new Error('There is no page.');
  return row.page;
}

/** Compares pages (rendered, computed, by cursor and by position) with the oracle. */
export async function comparePages(
  sql: postgres.Sql,
  arena: Arena,
  periodId: number,
  expected: ExpectedStanding[],
): Promise<void> {
  const masked = await maskAnonymous(sql, periodId, expected);
  const args = { board: arena.slug, period_id: periodId };
  const whole = await readPage(sql, { ...args, max_rows: 1000, movement: 'refresh' });
  expect(whole.standings.map(toPlace)).toEqual(masked);
  expect(whole.board.player_count).toBe(expected.length);
  if (periodId === arena.currentPeriodId) {
    const rendered = await readPage(sql, { board: arena.slug });
    expect(rendered.standings.map(toPlace)).toEqual(masked);
    expect(rendered.standings.map(({ tier }) => tier)).toEqual(
      masked.map(({ position }) => tierOfPosition(position)),
    );
  }
  const paged: Standing[] = [];
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor; isFirst = false) {
    const page: BoardPage = await readPage(sql, { ...args, max_rows: 4, cursor });
    paged.push(...page.standings);
    cursor = page.next_cursor;
  }
  expect(paged.map(toPlace)).toEqual(masked);
  for (const from of [2, 5, expected.length, expected.length + 1].filter((position) => position > 0)) {
    const page = await readPage(sql, { ...args, max_rows: 3, from_position: from });
    expect(page.standings.map(toPlace)).toEqual(masked.slice(from - 1, from + 2));
  }
}

/** Compares what each player is told about their own place, and their neighbours, with the oracle. */
export async function comparePlayers(
  sql: postgres.Sql,
  arena: Arena,
  periodId: number,
  expected: ExpectedStanding[],
): Promise<void> {
  const masked = await maskAnonymous(sql, periodId, expected);
  // Without a period it is the running one, which has a shorter way.
  const isCurrent = periodId === arena.currentPeriodId;
  const rows = await sql<{ id: string; standing: Standing | null; around: Standing[] | null }[]>`
    select id, public.get_standing(${arena.slug}, id, ${isCurrent ? null : periodId}::bigint, null) as standing,
      public.get_standings_around(${arena.slug}, id, 2, ${periodId}, null) as around
    from unnest(${arena.playerIds}::uuid[]) as id`;
  for (const { id, standing, around } of rows) {
    const index = expected.findIndex(({ player_id }) => player_id === id);
    const own = expected[index];
    if (!own) {
      expect([id, standing, around]).toEqual([id, null, null]);
      continue;
    }
    expect(standing && toPlace(standing)).toEqual(own);
    const neighbours = masked.slice(Math.max(0, index - 2), index + 3);
    expect(around?.map(toPlace)).toEqual(
      neighbours.map((each) => (each.position === own.position ? { ...each, player_id: id } : each)),
    );
  }
}

/** Compares one past version, read back now, with what the oracle said then. */
export async function compareVersion(
  sql: postgres.Sql,
  arena: Arena,
  version: number,
  expected: ExpectedStanding[],
): Promise<void> {
  const rows = await sql<{ id: string; position: number | null; score: number | null }[]>`
    select id, private.position_at(${arena.currentPeriodId}, id, ${version})::int as position
    from unnest(${arena.playerIds}::uuid[]) as id`;
  const positions = new Map(expected.map(({ player_id, position }) => [player_id, position]));
  for (const { id, position } of rows) {
    expect([version, id, position]).toEqual([version, id, positions.get(id) ?? null]);
  }
  const [row] = await sql<{ page: BoardPage }[]>`
    select public.get_board_at(${arena.slug}, as_of, 1000, ${arena.currentPeriodId}) as page
    from private.board_versions where period_id = ${arena.currentPeriodId} and version = ${version}`;
  expect(row?.page.standings.map(({ position, rank, score }) => ({ position, rank, score }))).toEqual(
    expected.map(({ position, rank, score }) => ({ position, rank, score })),
  );
}
