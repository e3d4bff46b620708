import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Arena,
  createArena,
  createPlayers,
  refreshPeriod,
  sendEvents,
} from '../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../tests/real-api.ts';
import { expectProblem } from '../testing/api-rig.ts';

const real = useRealApi();
let arena: Arena;
let players: { a: string; b: string; c: string; hidden: string; away: string };
let count = 0;

const event = (playerId: string, units: number, ageMs = 0) => ({
  external_id: `http-${count++}`,
  player_id: playerId,
  metric: arena.metric,
  units,
  occurred_at: new Date(Date.now() - ageMs).toISOString(),
});
const unknownId = '00000000-0000-4000-8000-000000000000';
const fiveDays = 5 * 86_400_000;

beforeAll(async () => {
  const { sql } = real().supabase.database;
  arena = await createArena(sql, { playerCount: 4 });
  const [a = '', b = '', c = '', hidden = ''] = arena.playerIds;
  const [away = ''] = await createPlayers(sql, 1);
  players = { a, b, c, hidden, away };
  await sql`update public.profiles set display_name = '=1+1, "Ada"' where id = ${b}`;
  await sql`update public.profiles set visibility = 'hidden' where id = ${hidden}`;
  await sendEvents(sql, [event(c, 1, fiveDays), event(b, 2, fiveDays), event(a, 3, fiveDays)]);
  await sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
  await sendEvents(sql, [event(a, 3), event(b, 2), event(c, 1), event(hidden, 9)]);
  await refreshPeriod(sql, arena.currentPeriodId);
  await sendEvents(sql, [event(c, 4)]);
  await refreshPeriod(sql, arena.currentPeriodId);
});

async function read(path: string, headers?: Record<string, string>) {
  const response = await real().get(path, headers);
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  const body: Record<string, unknown> = await response.json();
  return body;
}

describe('/boards', () => {
  test('lists boards with their periods', async () => {
    const body = await read('/boards');
    const periods = [
      expect.objectContaining({ period_id: arena.currentPeriodId, state: 'open' }),
      expect.objectContaining({ period_id: arena.pastPeriodId, state: 'closed' }),
    ];
    expect(body.boards).toContainEqual(expect.objectContaining({ slug: arena.slug, periods }));
  });

  test('lists the periods of a board in pages', async () => {
    const path = `/boards/${arena.slug}/periods`;
    const first = await read(`${path}?limit=1`);
    expect(first).toMatchObject({ periods: [{ period_id: arena.currentPeriodId, state: 'open' }] });
    const last = await read(`${path}?limit=1&cursor=${first.next_cursor}`);
    expect(last).toMatchObject({
      periods: [{ period_id: arena.pastPeriodId, state: 'closed', player_count: 3 }],
      next_cursor: null,
    });
    await expectProblem(await real().get(`${path}?cursor=x`), 400, 'invalid_cursor');
    await expectProblem(await real().get(`${path}?limit=0`), 422, 'input_invalid');
    await expectProblem(await real().get('/boards/none/periods'), 404, 'board_not_found');
  });

  test('pages by cursor, which no other board accepts', async () => {
    const first = await read(`/boards/${arena.slug}/standings?limit=2`);
    expect(first.standings).toMatchObject([{ player_id: players.c }, { player_id: players.a }]);
    const cursor = encodeURIComponent(String(first.next_cursor));
    const next = await read(`/boards/${arena.slug}/standings?limit=2&cursor=${cursor}`);
    expect(next).toMatchObject({ standings: [{ player_id: players.b, position: 3 }], next_cursor: null });
    const foreign = await real().get(`/boards/all-time/standings?cursor=${cursor}`);
    await expectProblem(foreign, 400, 'invalid_cursor');
  });

  test('pages an archived period to its end', async () => {
    const path = `/boards/${arena.slug}/standings?period_id=${arena.pastPeriodId}&limit=2`;
    const first = await read(path);
    expect(first).toMatchObject({
      board: { state: 'closed' },
      standings: [{ position: 1 }, { position: 2 }],
    });
    const next = await read(`${path}&cursor=${encodeURIComponent(String(first.next_cursor))}`);
    expect(next).toMatchObject({ standings: [{ player_id: players.c, position: 3 }], next_cursor: null });
  });

  test('reads from a position, around a player and several players', async () => {
    const path = `/boards/${arena.slug}/standings`;
    expect(await read(`${path}?from_position=3`)).toMatchObject({ standings: [{ player_id: players.b }] });
    const around = `${path}?around=${players.a}`;
    const all = [{ position: 1 }, { position: 2 }, { position: 3 }];
    expect(await read(`${around}&limit=3`)).toMatchObject({ standings: all });
    for (const limit of [1, 2]) {
      expect(await read(`${around}&limit=${limit}`)).toMatchObject({ standings: [{ position: 2 }] });
      const past = `${around}&limit=${limit}&period_id=${arena.pastPeriodId}`;
      expect(await read(past)).toMatchObject({ standings: [{ player_id: players.a, position: 1 }] });
    }
    const several = [players.b, players.hidden, players.c, unknownId].join(',');
    expect(await read(`${path}?players=${several}`)).toMatchObject({
      board: { slug: arena.slug, version: 2 },
      standings: [{ player_id: players.c }, { player_id: players.b }],
      next_cursor: null,
    });
    expect(
      await read(`${path}?players=${players.b},${players.a}&period_id=${arena.pastPeriodId}`),
    ).toMatchObject({
      board: { state: 'closed' },
      standings: [{ player_id: players.a }, { player_id: players.b }],
    });
    await expectProblem(await real().get(`${path}?players=me`), 422, 'input_invalid');
    const tooMany = Array.from({ length: 101 }, () => unknownId).join(',');
    await expectProblem(await real().get(`${path}?players=${tooMany}`), 422, 'input_invalid');
    await expectProblem(
      await real().get(`/boards/none/standings?players=${players.b}`),
      404,
      'board_not_found',
    );
    await expectProblem(await real().get(`${path}?around=${players.away}`), 404, 'player_not_on_board');
    const both = await real().get(`${path}?around=${players.a}&players=${players.b}`);
    await expectProblem(both, 400, 'start_ambiguous');
  });

  test.each(['', 'around', 'players'])('answers 304 to its own ETag (%s)', async (start) => {
    const path = `/boards/${arena.slug}/standings?${start && `${start}=${players.a}`}`;
    const first = await real().get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"v2-/);
    const again = await real().get(path, { 'if-none-match': etag });
    expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
    expect((await real().get(`${path}&movement=hour`, { 'if-none-match': '"v1-0"' })).status).toBe(200);
  });

  test('shows one player', async () => {
    const path = `/boards/${arena.slug}/standings`;
    expect(await read(`${path}/${players.a}?movement=refresh`)).toMatchObject({ position: 2, movement: -1 });
    await expectProblem(await real().get(`${path}/${players.hidden}`), 404, 'player_not_on_board');
    await expectProblem(await real().get(`${path}/x`), 422, 'input_invalid');
  });

  test('explains a movement', async () => {
    const path = `/boards/${arena.slug}/standings`;
    expect(await read(`${path}/${players.a}/movement?since=refresh`)).toMatchObject({
      since: { position: 1 },
      now: { position: 2 },
      passed_by: { count: 1, players: [{ position_before: 3, position: 1, points: 400 }] },
    });
    const unknown = await real().get(`${path}/${unknownId}/movement`);
    await expectProblem(unknown, 404, 'player_not_on_board');
  });

  test('tells statistics', async () => {
    expect(await read(`/boards/${arena.slug}/statistics`)).toMatchObject({
      player_count: 3,
      score_max: 500,
      thresholds: { champion: 500 },
    });
    await expectProblem(await real().get('/boards/none/statistics'), 404, 'board_not_found');
  });

  test('shows a past moment', async () => {
    const [row] = await real().supabase.database.sql<{ at: string }[]>`
      select to_json(as_of) #>> '{}' as at from leaderboard.board_versions
      where period_id = ${arena.currentPeriodId} and version = 1`;
    const at = encodeURIComponent(row?.at ?? '');
    expect(await read(`/boards/${arena.slug}/at?at=${at}`)).toMatchObject({
      board: { version: 1 },
      standings: [{ player_id: players.a }, { player_id: players.b }, { player_id: players.c }],
    });
    expect(await read(`/boards/${arena.slug}/at?at=${at}&from_position=3&limit=2`)).toMatchObject({
      board: { player_count: 3 },
      standings: [{ player_id: players.c, position: 3 }],
    });
    const never = await real().get(`/boards/${arena.slug}/at?at=2001-01-01T00:00:00Z`);
    await expectProblem(never, 404, 'moment_not_found');
    await expectProblem(await real().get(`/boards/${arena.slug}/at?at=now`), 422, 'input_invalid');
  });

  test('shows the history of players, and reports what is missing', async () => {
    const path = (board: string, ids: string[]) => `/boards/${board}/history?players=${ids.join(',')}`;
    expect(await read(path(arena.slug, [players.a, players.hidden]))).toMatchObject({
      history: [{ player_id: players.a, points: [{ position: 1 }, { position: 2 }] }],
    });
    const past = await read(`${path(arena.slug, [players.b])}&period_id=${arena.pastPeriodId}`);
    expect(past).toMatchObject({ history: [{ points: [{ position: 2, score: 200 }] }] });
    await expectProblem(await real().get(path('none', [players.a])), 404, 'board_not_found');
    await expectProblem(
      await real().get(path(arena.slug, [players.hidden, unknownId])),
      404,
      'player_not_found',
    );
    await expectProblem(await real().get(path(arena.slug, ['x'])), 422, 'input_invalid');
  });
});

describe('/players', () => {
  test('shows a player and their numbers', async () => {
    const player = await read(`/players/${players.a}`);
    expect(player).toMatchObject({ player_id: players.a, tiers: [{ board: arena.slug, tier: 'silver' }] });
    expect(player).not.toHaveProperty('events');
    expect(await read(`/players/${players.a}/stats`)).toMatchObject({
      totals: [{ metric: arena.metric, units: 6, points: 600 }],
      past_periods: [{ board: arena.slug, kind: 'season', period_name: null, position: 1, score: 300 }],
    });
  });

  test('shows their history', async () => {
    const path = `/players/${players.c}/history?board=${arena.slug}&window=hour`;
    expect(await read(path)).toMatchObject({ history: [{ points: [{ position: 3 }, { position: 1 }] }] });
    const unknownBoard = await real().get(`/players/${players.c}/history?board=none`);
    await expectProblem(unknownBoard, 404, 'board_not_found');
    await expectProblem(await real().get(`/players/${unknownId}/history`), 404, 'player_not_found');
  });

  test('hides hidden players, except from a key that may read players', async () => {
    const key = await real().makeKey('players:read');
    for (const path of ['', '/stats', '/history']) {
      const response = await real().get(`/players/${players.hidden}${path}`);
      await expectProblem(response, 404, 'player_not_found');
      await read(`/players/${players.hidden}${path}`, key);
    }
  });

  test('compares two', async () => {
    const path = (first: string, second: string) =>
      `/compare?first=${first}&second=${second}&board=${arena.slug}`;
    expect(await read(path(players.b, players.a))).toMatchObject({
      players: [{ player_id: players.b }, { player_id: players.a }],
      comparison: { leader_player_id: players.a, lead_points: 100, positions: [3, 2] },
    });
    for (const other of [players.b, players.hidden, unknownId]) {
      await expectProblem(await real().get(path(players.b, other)), 404, 'not_comparable');
    }
  });
});
