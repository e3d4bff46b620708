// What recording a result does to its row, for rows in every state, and that no other row changes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, type Transaction } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { rehearse } from '../rehearse.ts';

const guild = '900000000000000001';
const otherGuild = '900000000000000002';
const [account, otherAccount] = ['700000000000000001', '700000000000000002'];

let database: TestDatabase;
let pia: Player;
let quinn: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  quinn = await createPlayer(database, 'quinn');
  for (const id of [guild, otherGuild]) await database.sql`select public.upsert_guild(${id}, 'Arena')`;
});
afterAll(() => database.drop());

interface Row {
  guild_id: string;
  discord_user_id: string;
  player_id: string;
  desired_tier: string | null;
  confirmed_tier: string | null;
  may_hold_tiers: string[];
  state: string;
  cause_code: string | null;
  cause: string | null;
  /** Minutes ago. */
  changed: number;
  checked: number | null;
}

const makeRow = (rest: Partial<Row>): Row => ({
  ...{ guild_id: guild, discord_user_id: account, player_id: pia.player_id },
  ...{ desired_tier: 'elite', confirmed_tier: 'silver', may_hold_tiers: ['elite', 'silver'] },
  ...{ state: 'failed', cause_code: 'role_unknown', cause: 'Gone.', changed: 10, checked: 10 },
  ...rest,
});

async function put(sql: Transaction, row: Row): Promise<Row> {
  const { changed, checked, ...columns } = row;
  await sql`insert into public.member_roles ${sql(columns)}`;
  await sql`
    update public.member_roles set changed_at = now() - make_interval(mins => ${changed}),
      checked_at = now() - make_interval(mins => ${checked})
    where guild_id = ${row.guild_id} and discord_user_id = ${row.discord_user_id}`;
  return row;
}

const list = (sql: Transaction) => sql<Row[]>`
  select guild_id, discord_user_id, player_id, desired_tier, confirmed_tier, may_hold_tiers, state, cause_code, cause,
    extract(epoch from now() - changed_at)::int / 60 as changed,
    extract(epoch from now() - checked_at)::int / 60 as checked
  from public.member_roles order by guild_id, discord_user_id`;

interface Result {
  state: string;
  confirmed_tier?: string | null;
  cause_code?: string | null;
  cause?: string | null;
  discord_user_id?: string | null;
  player_id?: string;
}

async function record(sql: Transaction, result: Result) {
  const { state, confirmed_tier = null, cause_code = null, cause = null, discord_user_id = null } = result;
  const [row] = await sql`
    select public.record_role_result(${guild}, ${result.player_id ?? pia.player_id}, ${state}, ${confirmed_tier},
      ${cause_code}, ${cause}, ${discord_user_id}) as member`;
  return row?.member;
}

const link = (sql: Transaction, discord_user_id: string, player_id: string) => sql`
  insert into public.discord_links (player_id, discord_user_id, discord_username)
  values (${player_id}, ${discord_user_id}, 'x')`;

describe('a recorded result', () => {
  const noCause = { cause_code: null, cause: null, checked: 0 };
  const said = { cause_code: 'missing_access', cause: 'No.', checked: 0 };
  const gone = (cause_code: string) => ({ cause_code, cause: 'Not here.', checked: 0 });
  test.each<[string, Partial<Row>, Result, Partial<Row>]>([
    [
      'a confirmation of what is wanted',
      {},
      { state: 'confirmed', confirmed_tier: 'elite' },
      { state: 'confirmed', confirmed_tier: 'elite', may_hold_tiers: ['elite'], ...noCause },
    ],
    [
      'work that is still open when another tier is confirmed',
      {},
      { state: 'confirmed', confirmed_tier: 'top_10' },
      { state: 'pending', confirmed_tier: 'top_10', may_hold_tiers: ['elite', 'top_10'], ...noCause },
    ],
    [
      'work that is still open when nothing is confirmed',
      {},
      { state: 'confirmed' },
      { state: 'pending', confirmed_tier: null, may_hold_tiers: ['elite'], ...noCause },
    ],
    [
      'work that is still open when a tier is confirmed that nobody wants',
      { desired_tier: null },
      { state: 'confirmed', confirmed_tier: 'elite' },
      { state: 'pending', confirmed_tier: 'elite', may_hold_tiers: ['elite'], ...noCause },
    ],
    [
      'a failure that changes nothing of what is held',
      { state: 'pending', cause_code: null, cause: null },
      { state: 'failed', confirmed_tier: 'bronze', cause_code: 'missing_access', cause: 'No.' },
      { state: 'failed', ...said },
    ],
    [
      'a failure of what was confirmed',
      { state: 'confirmed', confirmed_tier: 'elite' },
      { state: 'failed', confirmed_tier: 'elite', cause_code: 'missing_access', cause: 'No.' },
      { state: 'failed', confirmed_tier: 'elite', ...said },
    ],
    [
      'a wait that changes nothing of what is held',
      {},
      { state: 'waiting', cause_code: 'missing_access', cause: 'No.' },
      { state: 'waiting', ...said },
    ],
    ...(['not_in_server', 'discord_user_unknown'] as const).map(
      (code): [string, Partial<Row>, Result, Partial<Row>] => [
        `empty hands of somebody who is gone: ${code}`,
        {},
        { state: 'waiting', confirmed_tier: 'elite', cause_code: code, cause: 'Not here.' },
        { state: 'waiting', confirmed_tier: null, may_hold_tiers: [], ...gone(code) },
      ],
    ),
  ])('%s', async (_, before, result, after) => {
    await rehearse(database, async (sql) => {
      const row = await put(sql, makeRow(before));
      const neighbours = [
        await put(sql, makeRow({ discord_user_id: otherAccount, player_id: quinn.player_id })),
        await put(sql, makeRow({ guild_id: otherGuild })),
      ];
      const expected = { ...row, ...after };
      const answer = await record(sql, result);
      const rows = (await list(sql)).map((found) => ({
        ...found,
        may_hold_tiers: found.may_hold_tiers.sort(),
      }));
      expect(rows).toEqual([expected, ...neighbours]);
      const { changed: _changed, checked: _checked, may_hold_tiers: _held, ...columns } = expected;
      expect(answer).toMatchObject(columns);
    });
  });
});

describe("the row chosen among a player's several rows is", () => {
  const old = { desired_tier: null, changed: 1 };
  const wanted = { desired_tier: 'elite', discord_user_id: otherAccount, changed: 20 };
  test.each<[string, Partial<Row>, Partial<Row>, string | null, string | null]>([
    ['the one that something is wanted of', old, wanted, null, otherAccount],
    ['the one that is named', old, wanted, account, account],
    ['none when another account is named', old, wanted, '700000000000000003', null],
    ['the one that changed last', { changed: 5 }, { ...wanted, changed: 6 }, null, account],
    [
      'the one that changed last, wherever it lies',
      { changed: 6 },
      { ...wanted, changed: 5 },
      null,
      otherAccount,
    ],
  ])('%s', async (_, first, second, named, expected) => {
    await rehearse(database, async (sql) => {
      await put(sql, makeRow(first));
      await put(sql, makeRow(second));
      const answer = await record(sql, { state: 'failed', cause_code: 'x', discord_user_id: named });
      expect(answer?.discord_user_id ?? null).toBe(expected);
      const changed = (await list(sql)).filter(({ cause_code }) => cause_code === 'x');
      expect(changed.map(({ discord_user_id }) => discord_user_id)).toEqual(
        expected === null ? [] : [expected],
      );
    });
  });

  test('never a row of another player, even if the account is theirs', async () => {
    await rehearse(database, async (sql) => {
      await put(sql, makeRow({ player_id: quinn.player_id }));
      expect(await record(sql, { state: 'failed', discord_user_id: account })).toBeNull();
    });
  });

  test('never a row of another server', async () => {
    await rehearse(database, async (sql) => {
      await put(sql, makeRow({ guild_id: otherGuild }));
      expect(await record(sql, { state: 'failed', discord_user_id: account })).toBeNull();
    });
  });
});

describe('a row is removed', () => {
  const done = { state: 'confirmed', discord_user_id: account };
  const empty = { desired_tier: null };
  test.each<[string, Partial<Row>, Result, string | null, boolean]>([
    ['when its last role is gone and its account is linked to nobody', empty, done, null, true],
    ['also when another account is linked', empty, done, otherAccount, true],
    ['not while its account is linked', empty, done, account, false],
    ['not while a tier is wanted', {}, done, null, false],
    ['not while a tier is confirmed', empty, { ...done, confirmed_tier: 'elite' }, null, false],
    ['not while it waits', empty, { ...done, state: 'waiting', cause_code: 'not_in_server' }, null, false],
    ['not after a failure', { ...empty, confirmed_tier: null }, { ...done, state: 'failed' }, null, false],
  ])('%s', async (_, before, result, linked, isRemoved) => {
    await rehearse(database, async (sql) => {
      await put(sql, makeRow(before));
      await put(sql, makeRow({ guild_id: otherGuild }));
      await put(sql, makeRow({ discord_user_id: otherAccount, player_id: quinn.player_id }));
      if (linked) await link(sql, linked, linked === account ? pia.player_id : quinn.player_id);
      await record(sql, result);
      expect(await list(sql)).toHaveLength(isRemoved ? 2 : 3);
    });
  });
});

test.each<[string, Record<string, string>]>([
  ['a malformed account id', { discord_user_id: 'pia' }],
  ['an invalid desired tier', { desired_tier: 'gold' }],
  ['an invalid confirmed tier', { confirmed_tier: 'gold' }],
  ['an invalid state', { state: 'lost' }],
  ['an unpresentable cause', { cause: 'x'.repeat(501) }],
])('a row with %s is refused', async (_, columns) => {
  const work = rehearse(database, async (sql) => {
    await sql`alter table public.member_roles disable trigger user`;
    await put(sql, makeRow(columns));
  });
  expect(await readRefusal(work)).toBe('23514');
});

test('a cause is made presentable', async () => {
  await rehearse(database, async (sql) => {
    await put(sql, makeRow({}));
    const answer = await record(sql, { state: 'failed', cause_code: 'x', cause: ' No\u202e role. ' });
    expect(answer?.cause).toBe('No role.');
  });
});
