import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
let arena: Arena;
let players: { a: string; b: string; c: string };
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.sql`update public.boards set is_active = false where kind = 'season'`;
  arena = await createArena(database.sql, { playerCount: 3 });
  const [a = '', b = '', c = ''] = arena.playerIds;
  players = { a, b, c };
});
afterAll(async () => {
  await database.drop();
});

let count = 0;
/** Gives points (in hundreds) and publishes them. */
async function play(units: Record<string, number>): Promise<void> {
  const events = Object.entries(units).map(([player_id, each]) => ({
    external_id: `read-${count++}`,
    player_id,
    metric: arena.metric,
    units: each,
    occurred_at: new Date().toISOString(),
  }));
  await sendEvents(database.sql, events);
  await refreshPeriod(database.sql, arena.currentPeriodId);
}

async function ask<Answer>(query: postgres.PendingQuery<postgres.Row[]>): Promise<Answer | null> {
  const [row] = await query;
  return row?.answer ?? null;
}

/** As an anonymous visitor. */
async function askAsVisitor<Answer>(text: string, ...args: string[]): Promise<Answer | null> {
  return database.sql.begin(async (transaction) => {
    await transaction`set local role anon`;
    const [row] = await transaction.unsafe(`select ${text} as answer`, args);
    return row?.answer ?? null;
  });
}

describe('privacy', () => {
  it('shows an anonymous player without name or id, consistently', async () => {
    await database.sql`update public.profiles set visibility = 'anonymous' where id = ${players.a}`;
    await play({ [players.a]: 3, [players.b]: 2 });
    const read = () => askAsVisitor<BoardPage>('public.get_board_page($1)', arena.slug);
    const [first, second] = [await read(), await read()];
    expect(JSON.stringify(first)).not.toContain(players.a);
    expect(first?.standings[0]).toMatchObject({
      display_name: 'Anonymous player',
      username: null,
      is_anonymous: true,
    });
    expect(first?.standings[0]?.player_id).toBe(second?.standings[0]?.player_id);
    expect(await askAsVisitor('public.get_standing($1, $2)', arena.slug, players.a)).toBeNull();
    expect(await askAsVisitor('public.get_player_stats($1)', players.a)).toBeNull();
    expect(await askAsVisitor('public.search_players($1)', 'player')).not.toContainEqual(
      expect.objectContaining({ player_id: players.a }),
    );
    await expect(
      askAsVisitor('public.compare_players($1, array[$2, $3]::uuid[])', arena.slug, players.a, players.b),
    ).rejects.toMatchObject({ code: 'DS404' });
  });

  it('names nobody who hid, even before the next refresh, and closes the gap with it', async () => {
    await play({ [players.a]: 3, [players.b]: 2 });
    await database.sql`update public.profiles set visibility = 'hidden' where id = ${players.a}`;
    const before = await askAsVisitor<BoardPage>('public.get_board_page($1)', arena.slug);
    expect(before?.standings).toHaveLength(2);
    expect(JSON.stringify(before)).not.toContain(players.a);
    await refreshPeriod(database.sql, arena.currentPeriodId);
    const after = await askAsVisitor<BoardPage>('public.get_board_page($1)', arena.slug);
    expect(after?.standings.map(({ player_id, position }) => [player_id, position])).toEqual([
      [players.b, 1],
    ]);
  });

  it('reveals nothing through cursors and refuses forged ones', async () => {
    await database.sql`update public.profiles set visibility = 'anonymous' where id = ${players.a}`;
    await play({ [players.a]: 3, [players.b]: 2 });
    const page = await ask<BoardPage>(database.sql`select public.get_board_page(${arena.slug}, 1) as answer`);
    const cursor = page?.next_cursor ?? '';
    const bytes = Buffer.from(cursor, 'base64url');
    expect(bytes.includes(Buffer.from(players.a.replaceAll('-', ''), 'hex'))).toBe(false);
    const other = cursor.endsWith('AAAA') ? 'BBBB' : 'AAAA';
    for (const wrong of ['', 'x', `${cursor.slice(0, -4)}${other}`, `${cursor}'`]) {
      await expect(
        ask(database.sql`select public.get_board_page(${arena.slug}, 1, ${wrong}) as answer`),
      ).rejects.toMatchObject({
        code: 'DS400',
        detail: 'invalid_cursor',
      });
    }
  });

  it('broadcasts nothing private', async () => {
    await database.sql`update public.profiles set visibility = 'anonymous' where id = ${players.a}`;
    await play({ [players.a]: 3, [players.b]: 2 });
    const [message] = await database.admin`
      select payload from realtime.messages where topic = ${`board:${arena.slug}`} order by inserted_at desc limit 1`;
    expect(message?.payload).toMatchObject({ version: 1, previous_version: 0, removed: [] });
    expect(JSON.stringify(message?.payload)).not.toContain(players.a);
  });
});

describe('the content of a read', () => {
  it('refuses boards, sizes and windows that do not exist', async () => {
    const refusals = [
      [database.sql`select public.get_board_page('nowhere') as answer`, 'board_not_found'],
      [database.sql`select public.get_board_page(${arena.slug}, 0) as answer`, 'invalid_limit'],
      [database.sql`select public.get_board_page(${arena.slug}, 5000) as answer`, 'invalid_limit'],
      [database.sql`select public.get_board_page(${arena.slug}, 10, null, -1) as answer`, 'invalid_position'],
      [
        database.sql`select public.get_board_page(${arena.slug}, 10, null, 1, null, 'year') as answer`,
        'invalid_movement',
      ],
      [
        database.sql`select public.get_board_page(${arena.slug}, 10, null, 1, 1) as answer`,
        'period_not_found',
      ],
      [database.sql`select public.get_board_at(${arena.slug}, '2001-01-01') as answer`, 'moment_not_kept'],
    ] as const;
    for (const [query, detail] of refusals) await expect(query).rejects.toMatchObject({ detail });
  });

  it('explains a move by own events and by the players who overtook', async () => {
    await play({ [players.a]: 3, [players.b]: 2, [players.c]: 1 });
    await play({ [players.c]: 5, [players.a]: 1 });
    const explanation = await ask(database.sql`
      select public.explain_movement(${arena.slug}, ${players.a}, 'refresh') as answer`);
    expect(explanation).toMatchObject({
      since: { position: 1, score: 300 },
      now: { position: 2, score: 400 },
      events: [{ points: 100, metric: arena.metric }],
      passed_by: { count: 1, is_complete: true, players: [{ position_before: 3, position: 1, points: 500 }] },
      passed: { count: 0 },
    });
  });

  it('names the leader, the lead and its start', async () => {
    await play({ [players.a]: 1, [players.b]: 3 });
    const crossing = new Date(Date.now() - 60_000).toISOString();
    await sendEvents(database.sql, [
      {
        external_id: `read-${count++}`,
        player_id: players.a,
        metric: arena.metric,
        units: 5,
        occurred_at: crossing,
      },
    ]);
    await refreshPeriod(database.sql, arena.currentPeriodId);
    const comparison = await ask<{ comparison: { leads_since: string } }>(database.sql`
      select public.compare_players(${arena.slug}, ${[players.b, players.a]}::uuid[]) as answer`);
    expect(comparison).toMatchObject({
      players: [{ player_id: players.b }, { player_id: players.a }],
      comparison: { leader_player_id: players.a, lead_points: 300, positions: [2, 1], scores: [300, 600] },
      metrics: [{ metric: arena.metric, points: [300, 600], units: [3, 6] }],
    });
    expect(Date.parse(comparison?.comparison.leads_since ?? '')).toBe(Date.parse(crossing));
  });

  it('finds exact percentiles and the score for each tier', async () => {
    await play({ [players.a]: 3, [players.b]: 2, [players.c]: 1 });
    expect(
      await ask(database.sql`select public.get_board_statistics(${arena.slug}) as answer`),
    ).toMatchObject({
      player_count: 3,
      score_total: 600,
      score_mean: 200,
      score_max: 300,
      score_min: 100,
      percentiles: { p10: 100, p50: 200, p99: 300 },
      thresholds: { champion: 300, silver: 200, bronze: 100, top_10: null, elite: null },
    });
  });

  it('returns everything about a player', async () => {
    await play({ [players.a]: 3 });
    const stats = await ask(database.sql`select public.get_player_stats(${players.a}) as answer`);
    expect(stats).toMatchObject({
      player_id: players.a,
      totals: [{ metric: arena.metric, units: 3, points: 300, event_count: 1 }],
      events: [{ points: 300, is_void: false }],
      activity: [{ points: 300, event_count: 1 }],
      tiers: [{ board: arena.slug, tier: 'champion' }],
    });
  });

  it('simulates a rule and changes nothing', async () => {
    await play({ [players.a]: 3, [players.b]: 2 });
    const events = [
      {
        external_id: `read-${count++}`,
        player_id: players.b,
        metric: arena.minorMetric,
        units: 4,
        occurred_at: new Date().toISOString(),
      },
    ];
    await sendEvents(database.sql, events);
    await refreshPeriod(database.sql, arena.currentPeriodId);
    const simulation = await ask<{ standings: Standing[] }>(database.sql`
      select public.simulate_score_rule(${arena.slug}, ${arena.minorMetric}, 50) as answer`);
    expect(
      simulation?.standings.map(({ player_id, score, movement }) => [player_id, score, movement]),
    ).toEqual([
      [players.b, 400, 1],
      [players.a, 300, -1],
    ]);
    expect(simulation).toMatchObject({
      tier_changes: [{ tier_after: 'champion' }, { tier_after: 'silver' }],
    });
    const standing = await ask<Standing>(
      database.sql`select public.get_standing(${arena.slug}, ${players.a}) as answer`,
    );
    expect(standing).toMatchObject({ position: 1, tier: 'champion' });
    await expect(
      askAsVisitor('public.simulate_score_rule($1, $2, 1)', arena.slug, arena.minorMetric),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
