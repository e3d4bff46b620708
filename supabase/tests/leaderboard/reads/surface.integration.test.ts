import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { createPlayer, type Persona, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
let arena: Arena;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.sql`update public.boards set is_active = false where kind = 'season'`;
});
afterAll(() => database.drop());

let count = 0;
/** Gives points (in hundreds) and publishes them. */
async function play(units: Record<string, number>): Promise<void> {
  const events = Object.entries(units).map(([player_id, each]) => ({
    external_id: `surface-${count++}`,
    player_id,
    metric: arena.metric,
    units: each,
    occurred_at: new Date().toISOString(),
  }));
  await sendEvents(database.sql, events);
  await refreshPeriod(database.sql, arena.currentPeriodId);
}

async function askAs<Answer>(persona: Persona, text: string, ...args: unknown[]): Promise<Answer> {
  return runAs(database, persona, async (transaction) => {
    const [row] = await transaction.unsafe(`select ${text} as answer`, args.map(String));
    return row?.answer;
  });
}

const toArray = (ids: readonly string[]) => `{${ids.join(',')}}`;

describe('several players', () => {
  const read = (persona: Persona, ids: readonly string[]) =>
    askAs<Standing[]>(persona, 'public.get_standings($1, $2::uuid[])', arena.slug, toArray(ids));

  it('are in board order, each once, with unranked players omitted', async () => {
    arena = await createArena(database.sql, { playerCount: 5 });
    const [a = '', b = '', c = '', d = '', e = ''] = arena.playerIds;
    await play({ [a]: 1, [b]: 4, [c]: 3, [d]: 2 });
    const standings = await read('anon', [a, e, b, a, d]);
    expect(standings.map(({ player_id, position }) => [player_id, position])).toEqual([
      [b, 1],
      [d, 3],
      [a, 4],
    ]);
    for (const standing of standings) {
      expect(standing).toEqual(
        await askAs('anon', 'public.get_standing($1, $2)', arena.slug, standing.player_id),
      );
    }
  });

  it('are visible only to permitted callers', async () => {
    const owner = await createPlayer(database, 'shy');
    const manager = await createPlayer(database, 'keeper', 'manager');
    arena = await createArena(database.sql, { playerCount: 2 });
    const [named = '', hidden = ''] = arena.playerIds;
    await database.sql`update public.profiles set visibility = 'anonymous' where id = ${owner.player_id}`;
    await play({ [named]: 3, [owner.player_id]: 2, [hidden]: 1 });
    await database.sql`update public.profiles set visibility = 'hidden' where id = ${hidden}`;
    const idsFor = async (persona: Persona) =>
      (await read(persona, [named, owner.player_id, hidden])).map(({ player_id }) => player_id);
    expect(await idsFor('anon')).toEqual([named]);
    expect(await idsFor(owner)).toEqual([named, owner.player_id]);
    expect(await idsFor(manager)).toEqual([named, owner.player_id, hidden]);
    expect(await idsFor('service_role')).toEqual([named, owner.player_id, hidden]);
    await refreshPeriod(database.sql, arena.currentPeriodId);
    expect(await idsFor('service_role')).toEqual([named, owner.player_id]);
  });

  it('are found in the archive of a closed period', async () => {
    arena = await createArena(database.sql, { playerCount: 2 });
    const [a = '', b = ''] = arena.playerIds;
    const past = new Date(Date.now() - 5 * 86_400_000).toISOString();
    const event = { metric: arena.metric, units: 1, occurred_at: past };
    await sendEvents(database.sql, [
      { ...event, external_id: `surface-${count++}`, player_id: b },
      { ...event, external_id: `surface-${count++}`, player_id: a, units: 2 },
    ]);
    await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
    await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
    const standings = await askAs<Standing[]>(
      'anon',
      'public.get_standings($1, $2::uuid[], $3)',
      arena.slug,
      toArray([b, a]),
      arena.pastPeriodId,
    );
    expect(standings).toMatchObject([
      { player_id: a, position: 1, score: 200, movement: null },
      { player_id: b, position: 2, score: 100, movement: null },
    ]);
  });

  it('are limited to a hundred', async () => {
    arena = await createArena(database.sql, { playerCount: 1 });
    const [id = ''] = arena.playerIds;
    await expect(read('anon', [])).rejects.toMatchObject({ detail: 'invalid_players' });
    const tooMany = Array.from({ length: 101 }, () => id);
    await expect(read('anon', tooMany)).rejects.toMatchObject({ detail: 'invalid_players' });
  });
});

describe('a cursor', () => {
  it('belongs to the board and period it was made for', async () => {
    arena = await createArena(database.sql, { playerCount: 3 });
    const [a = '', b = '', c = ''] = arena.playerIds;
    await play({ [a]: 3, [b]: 2, [c]: 1 });
    const other = await createArena(database.sql, { playerCount: 0 });
    const readPage = (slug: string, cursor: string | null, maxRows = 1) =>
      database.sql<{ page: BoardPage }[]>`
        select public.get_board_page(${slug}, ${maxRows}, ${cursor}) as page`;
    const readCursor = async () => (await readPage(arena.slug, null))[0]?.page.next_cursor ?? null;
    const cursor = await readCursor();
    const [next] = await readPage(arena.slug, cursor);
    expect(next?.page.standings).toMatchObject([{ player_id: b }]);
    // From the rendered first page, and from the page after it.
    for (const foreign of [cursor, next?.page.next_cursor ?? null]) {
      await expect(readPage(other.slug, foreign)).rejects.toMatchObject({ detail: 'invalid_cursor' });
    }
  });

  it('continues after the rendered first hundred', async () => {
    arena = await createArena(database.sql, { playerCount: 101 });
    await play(Object.fromEntries(arena.playerIds.map((id, index) => [id, index + 1])));
    const [first] = await database.sql<{ page: BoardPage }[]>`
      select public.get_board_page(${arena.slug}) as page`;
    const [last] = await database.sql<{ page: BoardPage }[]>`
      select public.get_board_page(${arena.slug}, 100, ${first?.page.next_cursor ?? ''}) as page`;
    expect(last?.page.standings).toMatchObject([{ player_id: arena.playerIds[0], position: 101 }]);
  });
});

it('an extreme score does not stop the board, and sorts correctly', async () => {
  arena = await createArena(database.sql, { playerCount: 3 });
  const [a = '', b = '', c = ''] = arena.playerIds;
  await play({ [a]: 1, [b]: 2, [c]: 3 });
  const [rule] = await database.sql`select id from public.score_rules where metric = ${arena.metric}`;
  for (const [player, points, minutes] of [
    [a, '300000000000000', 2],
    [b, '200000000000000', 1],
    [c, '-300000000000000', 1],
  ] as const) {
    await database.sql`
      insert into public.score_events
        (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at)
      select 'poison', ${`surface-${count++}`}, ${player}, ${arena.metric}, 1, ${points}::bigint, ${rule?.id},
        at.time, at.time
      from (select now() - ${minutes} * interval '1 minute') as at (time)`;
  }
  await refreshPeriod(database.sql, arena.currentPeriodId);
  const [row] = await database.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${arena.slug}, 10, null, 1, null, 'hour') as page`;
  expect(row?.page.standings.map(({ player_id, rank }) => [player_id, rank]).slice(0, 2)).toEqual([
    [a, 1],
    [b, 2],
  ]);
});

it('a subscriber without a linked account is notified until they unsubscribe', async () => {
  const fan = await createPlayer(database, 'fan');
  arena = await createArena(database.sql, { playerCount: 1 });
  const [rival = ''] = arena.playerIds;
  const follow = (value: boolean) => askAs(fan, `public.follow_own_rank(${value})`);
  const readTold = async () => {
    const rows = await database.sql<{ data: { position_before: number; position_after: number } }[]>`
      select data from platform.outbox
      where name = 'leaderboard/rank.changed' and data ->> 'player_id' = ${fan.player_id}
        and data ->> 'board' = ${arena.slug}
      order by seq`;
    return rows.map(({ data }) => [data.position_before, data.position_after]);
  };
  await play({ [fan.player_id]: 1 });
  await play({ [rival]: 2 });
  expect(await readTold()).toEqual([]);
  expect(await follow(true)).toEqual({ player_id: fan.player_id, follows_rank: true });
  await follow(true);
  await play({ [rival]: 1 });
  await play({ [fan.player_id]: 9 });
  await play({ [rival]: 20 });
  expect(await readTold()).toEqual([
    [2, 1],
    [1, 2],
  ]);
  expect(await askAs(fan, 'public.get_own_profile()')).toMatchObject({ follows_rank: true });
  await follow(false);
  await play({ [fan.player_id]: 50 });
  await play({ [rival]: 100 });
  expect(await readTold()).toHaveLength(2);
});

it('only the service follows for another player', async () => {
  const fan = await createPlayer(database, 'star');
  const other = await createPlayer(database, 'other');
  const call = (persona: Persona) =>
    readRefusal(askAs(persona, 'public.follow_own_rank(true, $1)', fan.player_id));
  expect(await call('anon')).toBe('42501');
  expect(await call(other)).toBe('acting_for_another');
  expect(await call('service_role')).toBeNull();
});
