import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';

let database: TestDatabase;
let max: Player;
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  max = await createPlayer(database, 'max', 'manager');
  pia = await createPlayer(database, 'pia');
});
afterAll(() => database.drop());

const list = (persona: Persona) =>
  runAs(database, persona, (sql) => sql`select public.list_board_settings() as boards`);

test('managers see every board with its settings and its cost, frozen ones included', async () => {
  await database.sql`select public.update_board('weekly', is_active => false, close_grace => '90 minutes')`;
  await database.sql`select public.refresh_board('all-time')`;
  const [row] = await list(max);
  const weekly = row?.boards.find(({ slug }: { slug: string }) => slug === 'weekly');
  expect(weekly).toMatchObject({ is_active: false, close_grace_minutes: 90, kind: 'weekly', titles: [] });
  const allTime = row?.boards.find(({ slug }: { slug: string }) => slug === 'all-time');
  expect(allTime).toMatchObject({ is_active: true, period: { state: 'open', failed_count: 0 } });
});

test('a board shows who holds its titles, best first', async () => {
  await database.sql`
    insert into public.player_tiers (board_id, player_id, tier, period_id, since)
    select id, ${pia.player_id}::uuid, 'silver', leaderboard.current_period_id(id), now() from public.boards where slug = 'all-time'
    union all select id, ${max.player_id}::uuid, 'champion', leaderboard.current_period_id(id), now() from public.boards where slug = 'all-time'`;
  const [row] = await list(max);
  const allTime = row?.boards.find(({ slug }: { slug: string }) => slug === 'all-time');
  expect(allTime.titles.map(({ tier, username }: Record<string, string>) => [tier, username])).toEqual([
    ['champion', 'max'],
    ['silver', 'pia'],
  ]);
});

test('players see nothing of it', async () => {
  expect(await readRefusal(list(pia))).toBe('manager_only');
  expect(await readRefusal(list('anon'))).toBe('42501');
});
