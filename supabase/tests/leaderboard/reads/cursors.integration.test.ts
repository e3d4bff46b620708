import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
let game: Game;
let duringPast: Date;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.sql`update public.boards set is_active = false where kind = 'season'`;
  game = await Game.begin(database.sql, { playerCount: 4 });
  const [row] = await database.sql`
    select starts_at + interval '1 hour' as at from leaderboard.board_periods where id = ${game.arena.pastPeriodId}`;
  duringPast = row?.at;
  // The past period as it was while current: played, published, with no successor.
  await game.score({ 0: 4, 1: 3, 2: 2, 3: 1 }, duringPast);
  await game.refresh(game.arena.pastPeriodId);
});
afterAll(async () => {
  await database.drop();
});

async function readPage(cursor: string | null, periodId: number | null = null, maxRows = 2) {
  const [row] = await database.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${game.arena.slug}, ${maxRows}, ${cursor}, null, ${periodId}) as page`;
  if (!row) throw new Error('There is no page.');
  return row.page;
}

async function takeCursor(maxRows = 2): Promise<string> {
  const { next_cursor } = await readPage(null, game.arena.pastPeriodId, maxRows);
  if (next_cursor === null) throw new Error('There is no next page.');
  return next_cursor;
}

const freeze = () => database.sql`select leaderboard.freeze_period(${game.arena.pastPeriodId})`;
const archive = () => database.sql`select leaderboard.archive_period(${game.arena.pastPeriodId})`;
const listPlayers = ({ standings }: BoardPage) => standings.map(({ player_id }) => player_id);

it('only cursors sealed here are opened, and one refusal covers every error', async () => {
  const cursor = await takeCursor();
  const sealed = Buffer.from(cursor, 'base64url');
  const changed = [...sealed.keys()].map((place) => {
    const bytes = Buffer.from(sealed);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    return bytes.toString('base64url');
  });
  const untagged = sealed.subarray(16).toString('base64url');
  const refusals = new Set<string>();
  for (const wrong of [
    '',
    'x',
    '?',
    cursor.slice(1),
    `${cursor}AAAA`,
    untagged,
    'A'.repeat(129),
    ...changed,
  ]) {
    const error = await readPage(wrong, game.arena.pastPeriodId).catch((thrown) => thrown);
    refusals.add(`${error.code} ${error.detail} ${error.message}`);
  }
  await expect(readPage(cursor, game.arena.currentPeriodId)).rejects.toSatisfy((error) => {
    refusals.add(`${error.code} ${error.detail} ${error.message}`);
    return true;
  });
  expect([...refusals]).toEqual([expect.stringMatching(/^DS400 invalid_cursor /)]);
});

it('the same place has another cursor on another period', async () => {
  const seal = async (periodId: number) => {
    const [row] = await database.sql`select leaderboard.seal_cursor(${periodId}, 'ff00') as cursor`;
    return Buffer.from(row?.cursor, 'base64url').toString('hex');
  };
  const [one, other] = [await seal(1), await seal(2)];
  expect(one.slice(0, 32)).not.toBe(other.slice(0, 32));
  expect(one.slice(32, 64)).not.toBe(other.slice(32, 64));
});

it('pages continue in their period while it closes, whether or not they name it', async () => {
  const cursor = await takeCursor();
  const { pastPeriodId } = game.arena;
  const second = [game.id(2), game.id(3)];
  const readOn = async () => {
    for (const periodId of [pastPeriodId, null]) {
      const page = await readPage(cursor, periodId);
      expect(page.board.period_id).toBe(pastPeriodId);
      expect(listPlayers(page)).toEqual(second);
      expect(page.next_cursor).toBeNull();
    }
  };
  await readOn();
  await freeze();
  await readOn();
  await archive();
  await readOn();
});

it('pages of an archive continue from where the last row would be now', async () => {
  const [afterFirst, afterThird] = [await takeCursor(1), await takeCursor(3)];
  // The third takes the lead.
  await game.score({ 2: 10 }, duringPast);
  await freeze();
  await archive();
  // Archived: 2 (12), 0 (4), 1 (3), 3 (1). The cursors were taken at 4 and at 2 points.
  const page = await readPage(afterFirst);
  expect(listPlayers(page)).toEqual([game.id(1), game.id(3)]);
  expect(listPlayers(await readPage(afterThird))).toEqual([game.id(3)]);
  expect(listPlayers(await readPage(afterFirst, null, 1))).toEqual([game.id(1)]);
  const { next_cursor } = await readPage(afterFirst, null, 1);
  expect(listPlayers(await readPage(next_cursor))).toEqual([game.id(3)]);
});
