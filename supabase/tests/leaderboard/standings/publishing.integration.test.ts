import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, sendEvents } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number) => Game.begin(database.sql, { playerCount });

describe('an announcement', () => {
  it('is made once for each milestone', async () => {
    const game = await begin(2);
    await game.sql`
      insert into leaderboard.milestones (board_id, milestone, kind, threshold) values
        (${game.arena.boardId}, 'score_1000', 'score', 1000), (${game.arena.boardId}, 'first_place', 'position', 1)`;
    await game.link(0);
    await game.play({ 0: 5, 1: 7 });
    await game.play({ 0: 6 });
    await game.play({ 1: 20 });
    await game.play({ 0: 40 });
    const told = await game.readEvents('player/milestone.reached');
    expect(told.map(({ milestone, value }) => [milestone, value])).toEqual([
      ['first_place', 1],
      ['score_1000', 1100],
    ]);
  });

  it('is not made for players nobody follows', async () => {
    const game = await begin(2);
    await game.play({ 0: 5, 1: 7 });
    expect(await game.readEvents('leaderboard/rank.changed')).toEqual([]);
    expect(await game.readEvents('leaderboard/tier.changed')).toEqual([]);
    expect(await game.readEvents('leaderboard/board.refreshed')).toHaveLength(1);
  });

  it('of shifts by others is made only at the top, or once they add up', async () => {
    const game = await begin(12);
    await game.sql`
      update public.boards set rank_news_top = 2, rank_news_min_places = 3 where id = ${game.arena.boardId}`;
    await game.link(1, 5);
    await game.play({ 0: 90, 1: 80, 2: 70, 3: 60, 4: 50, 5: 40 });
    const joined: unknown[][] = [];
    for (const newcomer of [6, 7, 8, 9]) {
      const before = (await game.readRankNews()).length;
      await game.play({ [newcomer]: 85 });
      joined.push((await game.readRankNews()).slice(before));
    }
    // The second is notified of leaving the top; after that both are notified of three places at once.
    expect(joined).toEqual([[[1, 2, 3]], [], [[5, 6, 9]], [[1, 3, 6]]]);
  });

  it('is made for each place that the own score changed, from the last announced position', async () => {
    const game = await begin(8);
    await game.sql`
      update public.boards set rank_news_top = 0, rank_news_min_places = 3 where id = ${game.arena.boardId}`;
    await game.link(3);
    await game.play({ 0: 90, 1: 80, 2: 70, 3: 60 });
    await game.play({ 4: 85, 5: 85 });
    await game.play({ 3: 15 });
    expect(await game.readRankNews()).toEqual([
      [3, null, 4],
      [3, 4, 5],
    ]);
  });

  it('is not made, nor anything remembered, on a board without announcements and milestones', async () => {
    const game = await begin(2);
    const count = async () => {
      const [row] = await game.sql`
        select count(*)::int from leaderboard.watched_positions where period_id = ${game.arena.currentPeriodId}`;
      return row?.count;
    };
    await game.link(0);
    await game.play({ 0: 5, 1: 7 });
    expect(await count()).toBe(1);
    await game.sql`update public.boards set announces_ranks = false where id = ${game.arena.boardId}`;
    await game.play({ 0: 5 });
    expect(await count()).toBe(0);
    expect(await game.readRankNews()).toEqual([[0, null, 2]]);
    const announcing = await game.sql`
      select slug from public.boards where announces_ranks and kind <> 'season'`;
    expect(announcing.map(({ slug }) => slug)).toEqual(['all-time']);
  });
});

describe('the past', () => {
  it('answers the same after thinning, for every kept version', async () => {
    const arena = await createArena(database.sql, { playerCount: 8 });
    for (let hour = 0; hour < 12; hour += 1) {
      for (const minute of [0, 20, 40]) {
        await sendEvents(database.sql, [
          {
            external_id: `thin-${hour}-${minute}`,
            player_id: arena.playerIds[hour % 8],
            metric: arena.minorMetric,
            units: 1 + ((hour + minute) % 5),
            occurred_at: new Date().toISOString(),
          },
        ]);
        const [refreshed] = await database.sql`
          select leaderboard.refresh_period(${arena.currentPeriodId},
            date_trunc('hour', now()) - interval '2 days' + ${`${hour} hours ${minute + 1} minutes`}::interval)
            ->> 'status' as status`;
        expect(refreshed?.status).toBe('refreshed');
      }
    }
    const read = () => database.sql`
      select v.version, p.id, leaderboard.position_at(v.period_id, p.id, v.version) as position
      from leaderboard.board_versions as v, unnest(${arena.playerIds}::uuid[]) as p (id)
      where v.period_id = ${arena.currentPeriodId} order by v.version, p.id`;
    const all = await read();
    const before = new Map(all.map(({ version, id, position }) => [`${version} ${id}`, position]));
    const [size] = await database.sql`select count(*)::int as rows from leaderboard.standing_history`;
    await database.sql`select leaderboard.thin_history(${arena.currentPeriodId})`;
    const after = await read();
    const listVersions = (rows: readonly { version?: unknown }[]) => [
      ...new Set(rows.map(({ version }) => String(version))),
    ];
    const lastOfEachHour = listVersions(all).filter((_, index) => index % 3 === 2);
    expect(listVersions(after)).toEqual(expect.arrayContaining(lastOfEachHour));
    expect(after.length).toBeLessThan(before.size / 2);
    for (const { version, id, position } of after) expect(position).toBe(before.get(`${version} ${id}`));
    const [left] = await database.sql`select count(*)::int as rows from leaderboard.standing_history`;
    expect(left?.rows).toBeLessThan(size?.rows);
    const [unread] = await database.sql`
      select count(*)::int as tiers from leaderboard.tier_history as h where h.period_id = ${arena.currentPeriodId}
        and not exists (
          select from leaderboard.board_versions as v where v.period_id = h.period_id and v.version >= h.since_version
            and (h.until_version is null or v.version < h.until_version))`;
    expect(unread?.tiers).toBe(0);
  });
});
