import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#local/postgres/test-database.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from './leaderboard/arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

let count = 0;
async function play(arena: Arena, units: Record<number, number>) {
  const events = Object.entries(units).map(([player, each]) => ({
    external_id: `publish-${count++}`,
    player_id: arena.playerIds[Number(player)],
    metric: arena.metric,
    units: each,
    occurred_at: new Date().toISOString(),
  }));
  await sendEvents(database.sql, events);
  return refreshPeriod(database.sql, arena.currentPeriodId);
}

async function readTitles(arena: Arena) {
  const rows = await database.sql<{ tier: string; player_id: string }[]>`
    select tier, player_id from public.player_tiers where board_id = ${arena.boardId}`;
  return Object.fromEntries(rows.map(({ tier, player_id }) => [tier, arena.playerIds.indexOf(player_id)]));
}

async function link(arena: Arena, player: number): Promise<void> {
  const snowflake = `3${String(count++).padStart(17, '0')}`;
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${arena.playerIds[player] ?? ''}, ${snowflake}, 'someone')`;
}

async function readEvents(arena: Arena, name: string) {
  const rows = await database.sql<{ data: Record<string, unknown> }[]>`
    select data from private.outbox where name = ${name} and data ->> 'board' = ${arena.slug} order by seq`;
  return rows.map(({ data }) => data);
}

describe('titles', () => {
  it('change hands only after the new leaders survived the set number of refreshes', async () => {
    const arena = await createArena(database.sql, { playerCount: 3, titleHold: 2 });
    await play(arena, { 0: 3, 1: 2, 2: 1 });
    expect(await readTitles(arena)).toEqual({ champion: 0, silver: 1, bronze: 2 });
    await play(arena, { 1: 5 });
    expect(await readTitles(arena)).toMatchObject({ champion: 0, silver: 1 });
    // Nothing new is scored; the wait goes on all the same.
    expect(await refreshPeriod(database.sql, arena.currentPeriodId)).toMatchObject({ status: 'refreshed' });
    expect(await readTitles(arena)).toMatchObject({ champion: 0 });
    await refreshPeriod(database.sql, arena.currentPeriodId);
    expect(await readTitles(arena)).toEqual({ champion: 1, silver: 0, bronze: 2 });
    expect(await refreshPeriod(database.sql, arena.currentPeriodId)).toMatchObject({ status: 'unchanged' });
  });

  it('wait anew when the leaders change again', async () => {
    const arena = await createArena(database.sql, { playerCount: 3, titleHold: 1 });
    await play(arena, { 0: 3, 1: 2, 2: 1 });
    await play(arena, { 1: 5 });
    await play(arena, { 2: 9 });
    expect(await readTitles(arena)).toMatchObject({ champion: 0 });
    await refreshPeriod(database.sql, arena.currentPeriodId);
    expect(await readTitles(arena)).toMatchObject({ champion: 2, silver: 1, bronze: 0 });
  });

  it('pass on at once when the holder is gone', async () => {
    const arena = await createArena(database.sql, { playerCount: 3, titleHold: 50 });
    await play(arena, { 0: 3, 1: 2, 2: 1 });
    await database.sql`update public.profiles set left_at = now() where id = ${arena.playerIds[0] ?? ''}`;
    await refreshPeriod(database.sql, arena.currentPeriodId);
    expect(await readTitles(arena)).toEqual({ champion: 1, silver: 2 });
  });

  it('are told as lost before they are told as won', async () => {
    const arena = await createArena(database.sql, { playerCount: 2 });
    await link(arena, 0);
    await link(arena, 1);
    await play(arena, { 0: 3, 1: 2 });
    await play(arena, { 1: 5 });
    const changes = (await readEvents(arena, 'leaderboard/tier.changed')).slice(2);
    expect(changes.map(({ tier_before, tier_after }) => [tier_before, tier_after])).toEqual([
      ['champion', 'silver'],
      ['silver', 'champion'],
    ]);
  });
});

describe('what is told', () => {
  it('is told once for each milestone', async () => {
    const arena = await createArena(database.sql, { playerCount: 2 });
    await database.sql`
      insert into private.milestones (board_id, milestone, kind, threshold) values
        (${arena.boardId}, 'score_1000', 'score', 1000), (${arena.boardId}, 'first_place', 'position', 1)`;
    await link(arena, 0);
    await play(arena, { 0: 5, 1: 7 });
    await play(arena, { 0: 6 });
    await play(arena, { 1: 20 });
    await play(arena, { 0: 40 });
    const told = await readEvents(arena, 'player/milestone.reached');
    expect(told.map(({ milestone, value }) => [milestone, value])).toEqual([
      ['first_place', 1],
      ['score_1000', 1100],
    ]);
  });

  it('is nothing for players nobody follows', async () => {
    const arena = await createArena(database.sql, { playerCount: 2 });
    await play(arena, { 0: 5, 1: 7 });
    expect(await readEvents(arena, 'leaderboard/rank.changed')).toEqual([]);
    expect(await readEvents(arena, 'leaderboard/tier.changed')).toEqual([]);
    expect(await readEvents(arena, 'leaderboard/board.refreshed')).toHaveLength(1);
  });
});

describe('the past', () => {
  it('answers the same after thinning, for every version that stays', async () => {
    const arena = await createArena(database.sql, { playerCount: 8 });
    for (let hour = 0; hour < 30; hour += 1) {
      for (const minute of [0, 20, 40]) {
        await sendEvents(database.sql, [
          {
            external_id: `thin-${count++}`,
            player_id: arena.playerIds[hour % 8],
            metric: arena.minorMetric,
            units: 1 + ((hour + minute) % 5),
            occurred_at: new Date().toISOString(),
          },
        ]);
        const [refreshed] = await database.sql`
          select private.refresh_period(${arena.currentPeriodId},
            now() - interval '2 days' + ${`${hour} hours ${minute} minutes`}::interval) ->> 'status' as status`;
        expect(refreshed?.status).toBe('refreshed');
      }
    }
    const read = () => database.sql`
      select v.version, p.id, private.position_at(v.period_id, p.id, v.version) as position
      from private.board_versions as v, unnest(${arena.playerIds}::uuid[]) as p (id)
      where v.period_id = ${arena.currentPeriodId} order by v.version, p.id`;
    const before = new Map((await read()).map(({ version, id, position }) => [`${version} ${id}`, position]));
    const [size] = await database.sql`select count(*)::int as rows from private.standing_history`;
    await database.sql`select private.thin_history(${arena.currentPeriodId})`;
    const after = await read();
    expect(after.length).toBeLessThan(before.size / 2);
    for (const { version, id, position } of after) expect(position).toBe(before.get(`${version} ${id}`));
    const [left] = await database.sql`select count(*)::int as rows from private.standing_history`;
    expect(left?.rows).toBeLessThan(size?.rows);
  });
});
