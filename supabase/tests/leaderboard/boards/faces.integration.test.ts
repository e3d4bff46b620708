import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { createPlayers } from '../arena.ts';
import { Game } from '../game.ts';
import { type Round, startWorker, waitUntilBlocked } from '../sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number) => Game.begin(database.sql, { playerCount });

/** The stored first page; a read renders it again if it is null. */
async function readStored({ sql, arena }: Game): Promise<BoardPage | null> {
  const [top] = await sql<{ page: BoardPage | null }[]>`
    select page from leaderboard.board_tops where period_id = ${arena.currentPeriodId}`;
  return top?.page ?? null;
}

async function readMessages({ arena }: Game) {
  const rows = await database.admin<{ payload: Record<string, unknown> }[]>`
    select payload from realtime.messages where topic = ${`board:${arena.slug}`}
    order by (payload ->> 'version')::bigint`;
  return rows.map(({ payload }) => payload);
}

describe('on a quiet board', () => {
  it.each([
    ['a name', "display_name = 'Renamed'", { display_name: 'Renamed' }],
    ['a picture', "avatar_url = 'https://x.test/a.png'", { avatar_url: 'https://x.test/a.png' }],
    ['an anonymous player', "visibility = 'anonymous'", { display_name: 'Anonymous player' }],
  ])('%s is published with the next refresh and sent to viewers', async (_, change, shown) => {
    const game = await begin(2);
    await game.play({ 0: 5, 1: 7 });
    await game.sql.unsafe(`update public.profiles set ${change} where id = '${game.id(1)}'`);
    expect(await readStored(game)).toBeNull();

    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 2, changed_count: 0 });
    const page = await readStored(game);
    expect(page).toMatchObject({ board: { version: 2 }, standings: [{ position: 1, ...shown }, {}] });
    const message = (await readMessages(game)).at(-1);
    expect(message).toMatchObject({ version: 2, previous_version: 1, changes: [{ position: 1, ...shown }] });
    expect(await game.refresh()).toMatchObject({ status: 'unchanged', version: 2 });
    const history = await game.sql`
      select from leaderboard.standing_history where period_id = ${game.arena.currentPeriodId}`;
    expect(history).toHaveLength(0);
  });

  it('a new metric is listed with the next refresh, and other rules change nothing', async () => {
    const game = await Game.begin(database.sql, { playerCount: 1, countsEverything: true });
    const add = (metric: string) => game.sql`select public.add_score_rule(${metric}, 5)`;
    await game.play({ 0: 5 });
    await add('never_seen_before');
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 2 });
    expect((await readStored(game))?.board.metric_names).toContain('never_seen_before');
    await add('never_seen_before');
    expect(await game.refresh()).toMatchObject({ status: 'unchanged', version: 2 });
  });

  it('the new name of the board is published with the next refresh', async () => {
    const game = await begin(1);
    await game.play({ 0: 5 });
    await game.sql`select public.update_board(${game.arena.slug}, 'Another name')`;
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 2 });
    expect(await readStored(game)).toMatchObject({ board: { name: 'Another name' } });
    expect(await game.refresh()).toMatchObject({ status: 'unchanged' });
  });

  it('a name below the rendered page publishes nothing', async () => {
    const game = await begin(101);
    await game.play(Object.fromEntries(game.arena.playerIds.map((_, index) => [index, 200 - index])));
    await game.sql`update public.profiles set display_name = 'Renamed' where id = ${game.id(100)}`;
    expect(await readStored(game)).not.toBeNull();
    expect(await game.refresh()).toMatchObject({ status: 'unchanged', version: 1 });
    expect(await readMessages(game)).toHaveLength(1);
  });

  it('players renamed together cause one new version, and players of other boards none', async () => {
    const [game, other] = [await begin(3), await begin(1)];
    await game.play({ 0: 5, 1: 7, 2: 9 });
    await other.play({ 0: 5 });
    await game.sql`
      update public.profiles set display_name = 'Renamed ' || username
      where id = any (${game.arena.playerIds}::uuid[])`;
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 2 });
    expect((await readMessages(game)).at(-1)?.changes).toHaveLength(3);
    expect(await other.refresh()).toMatchObject({ status: 'unchanged', version: 1 });
  });
});

it.each(['day', null])(
  'a player who left is named nowhere even before the next refresh (movement: %s)',
  async (movement) => {
    const game = await begin(3);
    await game.play({ 0: 5, 1: 7, 2: 9 });
    const { slug } = game.arena;
    const ask = () =>
      game.sql.begin(async (visitor) => {
        await visitor`set local role anon`;
        const [row] = await visitor`
        select public.get_standing(${slug}, ${game.id(1)}, null, ${movement}) ->> 'position' as own,
          json_array_length(public.get_standings_around(${slug}, ${game.id(1)}, 1, null, ${movement})) as around`;
        return row;
      });
    expect(await ask()).toEqual({ own: '2', around: 3 });
    await game.sql`update public.profiles set left_at = now() where id = ${game.id(1)}`;
    expect(await ask()).toEqual({ own: null, around: null });
  },
);

it('a player renamed while a refresh brings them onto the page is corrected by the next one', async () => {
  const game = await begin(2);
  await game.play({ 0: 5 });
  await game.score({ 1: 9 });
  await game.sql.begin(async (renaming) => {
    await renaming`update public.profiles set display_name = 'Renamed' where id = ${game.id(1)}`;
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 2 });
    expect((await readStored(game))?.standings[0]?.display_name).not.toBe('Renamed');
  });
  expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 3 });
  expect((await readStored(game))?.standings[0]?.display_name).toBe('Renamed');
});

it('players of several boards are renamed together in any order without a deadlock', async () => {
  const { sql } = database;
  const [one, two] = [await begin(2), await begin(2)];
  for (const game of [one, two]) await game.play({ 0: 5, 1: 7 });
  // In row order: the first of each pair is changed first, and is on a different board from the first of the
  // other pair.
  const pairs = [await createPlayers(sql, 2), await createPlayers(sql, 2)];
  const tops = [one.arena.currentPeriodId, two.arena.currentPeriodId];
  for (const [index, pair] of pairs.entries()) {
    const lying = await sql<{ id: string }[]>`
      select id from public.profiles where id = any (${pair}::uuid[]) order by ctid`;
    for (const [place, { id }] of lying.entries()) {
      await sql`update leaderboard.board_tops set player_ids = player_ids || ${id}::uuid
        where period_id = ${tops[(index + place) % 2] ?? 0}`;
    }
  }
  const rename = (name: string, pair: string[]) =>
    startWorker(database.url, name, async (own): Promise<Round> => {
      await own`update public.profiles set display_name = ${name} where id in ${own(pair)}`;
      return 'done';
    });
  const renaming = await sql.begin(async (holder) => {
    await holder`select from leaderboard.board_tops where period_id = any (${tops}::bigint[]) for update`;
    const workers = pairs.map((pair, index) => rename(`rename-${index}`, pair));
    await Promise.all(pairs.map((_, index) => waitUntilBlocked(database.admin, `rename-${index}`)));
    return { workers };
  });
  await expect(Promise.all(renaming.workers)).resolves.toHaveLength(2);
});
