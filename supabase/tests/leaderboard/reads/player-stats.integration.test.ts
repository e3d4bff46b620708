import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNoonZone } from '#dev/tests/noon-zone.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

interface Stats {
  today: string;
  activity: { day: string; points: number; event_count: number }[];
}

async function readStats(game: Game): Promise<Stats> {
  const [row] = await game.sql<{ stats: Stats }[]>`select public.get_player_stats(${game.id(0)}) as stats`;
  if (!row) throw new Error('There are no stats.');
  return row.stats;
}

const setZone = (game: Game, zone: string) =>
  game.sql`update public.profiles set time_zone = ${zone} where id = ${game.id(0)}`;

describe('points per day', () => {
  // A day apart, and both far from midnight.
  const isNoon = [11, 12].includes(new Date().getUTCHours());
  it.each(isNoon ? ['Etc/GMT-14', 'Etc/GMT+10'] : ['Etc/GMT-12', 'Etc/GMT+12'])(
    'end with today, as the clocks of %s show it',
    async (zone) => {
      const game = await Game.begin(database.sql, { playerCount: 1 });
      await setZone(game, zone);
      await game.score({ 0: 1 });
      const { today, activity } = await readStats(game);
      expect(today).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date()));
      expect(activity).toEqual([{ day: today, points: 100, event_count: 1 }]);
    },
  );

  it('cover 90 whole days, even if points of older days were taken back within them', async () => {
    const game = await Game.begin(database.sql, { playerCount: 1 });
    const zone = findNoonZone();
    await setZone(game, zone);
    const { today } = await readStats(game);
    const [row] = await game.sql<{ starts: Date }[]>`
      select ${today}::date::timestamp at time zone ${zone} as starts`;
    const startOfDay = (daysAgo: number) => new Date((row?.starts.getTime() ?? 0) - daysAgo * 86_400_000);
    const firstDay = startOfDay(89);
    const [older] = await game.score({ 0: 1 }, new Date(firstDay.getTime() - 1));
    await game.score({ 0: 2 }, firstDay);
    const [kept] = await game.score({ 0: 4 }, startOfDay(1));
    await game.void(older, new Date());
    await game.void(kept, new Date());
    const nameDay = (daysAgo: number) =>
      startOfDay(daysAgo - 0.5)
        .toISOString()
        .slice(0, 10);
    expect((await readStats(game)).activity).toEqual([
      { day: nameDay(89), points: 200, event_count: 1 },
      { day: nameDay(1), points: 0, event_count: 0 },
    ]);
  });
});

describe('the time zone of a player', () => {
  const refused = { detail: 'time_zone_unknown' };

  it('must be known to the database, no matter who sets it', async () => {
    const game = await Game.begin(database.sql, { playerCount: 1 });
    await expect(setZone(game, 'Mars/Olympus')).rejects.toMatchObject(refused);
    await expect(
      game.sql`insert into public.profiles (username, display_name, time_zone) values ('marvin', 'Marvin', 'Mars/Olympus')`,
    ).rejects.toMatchObject(refused);
  });
});
