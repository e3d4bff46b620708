import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
let game: Game;
beforeAll(async () => {
  database = await createTestDatabase();
  game = await Game.begin(database.sql, { playerCount: 1 });
  await game.score({ 0: 1 }, new Date(Date.now() - 5 * 86_400_000));
  await game.sql`select leaderboard.freeze_period(${game.arena.pastPeriodId})`;
  await game.sql`select leaderboard.archive_period(${game.arena.pastPeriodId})`;
});
afterAll(async () => {
  await database.drop();
});

/** As a role that may disable triggers. */
async function removeSeal(): Promise<void> {
  await database.admin.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction`
      update leaderboard.board_periods set archive_hash = null where id = ${game.arena.pastPeriodId}`;
  });
}

it('a closed period has a seal, even with triggers disabled', async () => {
  await expect(removeSeal()).rejects.toMatchObject({ constraint_name: 'board_periods_seal_check' });
});

it('an archive without its seal is not intact, even if everything else matches', async () => {
  const { pastPeriodId, slug } = game.arena;
  await database.admin`alter table leaderboard.board_periods drop constraint if exists board_periods_seal_check`;
  await removeSeal();
  await database.admin.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction`update leaderboard.archived_standings set score = score + 1 where period_id = ${pastPeriodId}`;
    await transaction`
      update leaderboard.archived_standings set row_hash = sha256(int8send(period_id) || int8send(position)
        || int8send(rank) || uuid_send(player_id) || int8send(score) || int4send(event_count)
        || timestamptz_send(reached_at)) where period_id = ${pastPeriodId}`;
  });
  const [row] = await game.sql`
    select public.verify_archive(${pastPeriodId}) as archive, public.verify_board(${slug}) as board`;
  const broken = { is_seal_intact: false, first_broken_position: null };
  expect(row?.archive).toEqual({ ...broken, is_intact: false, checked: 1, archive_hash: null });
  expect(row?.board).toMatchObject({
    is_intact: false,
    broken_periods: [{ ...broken, period_id: pastPeriodId }],
    last_archive_hash: null,
  });
});
