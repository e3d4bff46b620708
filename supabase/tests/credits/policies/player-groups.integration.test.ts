// Groups of players with policies of their own: the first that fits wins.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { changePolicy, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

interface Group {
  id?: string;
  name: string;
  [field: string]: string | string[] | number | null | undefined;
}
interface List {
  version: number;
  groups: { id: string; name: string; player_count: number }[];
}

async function setGroups(groups: Group[], base: number): Promise<List> {
  const [row] = await database.sql<{ answer: List }[]>`
    select public.update_player_groups(${database.sql.json(groups)}, ${base},
      acting_player_id => ${ada.player_id}) as answer`;
  if (!row) throw new Error('No answer came.');
  return row.answer;
}

/** The largest request of AI credits that a player may make. */
async function readMost({ player_id }: Player): Promise<number> {
  const [row] = await database.sql<{ most: number }[]>`
    select request_amount_max as most from credits.find_policy(${player_id}, 'ai', clock_timestamp())`;
  return row?.most ?? 0;
}

const newcomers = { name: 'Newcomers', joined_days_max: 14 };
const staff = { name: 'Staff', roles: ['manager', 'admin'] };

test('the first group in the order that fits and has a policy wins, else that of everybody', async () => {
  const { groups } = await setGroups([newcomers, staff], 0);
  expect(groups.map(({ name, player_count }) => [name, player_count])).toEqual([
    ['Newcomers', 2],
    ['Staff', 1],
  ]);
  const [young, house] = groups.map(({ id }) => id);
  expect(await readMost(pia)).toBe(1_000);
  await changePolicy(database, { request_amount_max: 50 }, { credit_type: 'ai', group_id: young });
  await changePolicy(database, { request_amount_max: 900 }, { credit_type: 'ai', group_id: house });
  expect([await readMost(pia), await readMost(ada)]).toEqual([50, 50]);
  await setGroups(
    [
      { ...staff, id: house },
      { ...newcomers, id: young },
    ],
    1,
  );
  expect([await readMost(pia), await readMost(ada)]).toEqual([50, 900]);
  await database.sql`update public.profiles set created_at = now() - interval '14 days' where id = ${pia.player_id}`;
  expect(await readMost(pia)).toBe(1_000);
  await changePolicy(database, { is_removed: true }, { credit_type: 'ai', group_id: house });
  expect(await readMost(ada)).toBe(50);
  await setGroups([], 2);
  expect(await readMost(ada)).toBe(1_000);
});

test('a tier on a board makes a group', async () => {
  const { groups } = await setGroups([{ name: 'Top', board: 'all-time', tiers: ['champion', 'silver'] }], 0);
  await changePolicy(database, { request_amount_max: 2_000 }, { credit_type: 'ai', group_id: groups[0]?.id });
  expect(await readMost(pia)).toBe(1_000);
  await database.sql`
    insert into public.player_tiers (board_id, player_id, period_id, tier, since)
    select board.id, ${pia.player_id}, period.id, 'silver', now()
    from public.boards as board join leaderboard.board_periods as period on period.board_id = board.id
    where board.slug = 'all-time' limit 1`;
  expect(await readMost(pia)).toBe(2_000);
});

test('a request stays with the group it was made under', async () => {
  const { groups } = await setGroups([newcomers], 0);
  const group_id = groups[0]?.id;
  await changePolicy(database, { second_approval_above: 5 }, { credit_type: 'ai', group_id });
  const { id } = await requestCredits(database, pia, 10);
  const count = async () => {
    const [row] = await database.sql`select public.get_credit_request(${id}) -> 'approvals_needed' as needed`;
    return row?.needed;
  };
  await database.sql`update public.profiles set created_at = now() - interval '1 year' where id = ${pia.player_id}`;
  expect(await count()).toBe(2);
  await changePolicy(database, { is_removed: true }, { credit_type: 'ai', group_id });
  expect(await count()).toBe(1);
});

test.each<[Group[], string]>([
  [[{ name: 'Everybody' }], 'group_invalid'],
  [[{ name: 'Kings', roles: ['king'] }], 'group_invalid'],
  [[{ name: 'None', roles: [] }], 'group_invalid'],
  [[{ name: 'Top', tiers: ['elite'] }], 'group_invalid'],
  [[{ name: 'Top', board: 'nowhere', tiers: ['elite'] }], 'group_invalid'],
  [[{ name: 'Never', joined_days_min: 9, joined_days_max: 9 }], 'group_invalid'],
  [[{ name: 'Ghost', roles: ['admin'], id: '00000000-0000-4000-8000-000000000000' }], 'group_invalid'],
  [[{ name: 'Two\nlines', roles: ['admin'] }], 'group_name_invalid'],
  [Array.from({ length: 21 }, (_, place) => ({ name: `G${place}`, roles: ['admin'] })), 'group_invalid'],
])('%j is refused as %s', async (groups, code) => {
  expect(await readRefusal(setGroups(groups, 0))).toBe(code);
});

test('of two lists from the same version the second is refused', async () => {
  await setGroups([staff], 0);
  await expect(setGroups([newcomers], 0)).rejects.toThrow(/ada\u2069 changed the groups on /);
});
