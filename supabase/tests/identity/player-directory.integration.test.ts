import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let people: Record<'max' | 'pia', Player>;
beforeAll(async () => {
  database = await createTestDatabase();
  people = { max: await createPlayer(database, 'max', 'manager'), pia: await createPlayer(database, 'pia') };
  // Several with the same name and time, which only the id distinguishes.
  await database.sql`
    insert into public.profiles (username, display_name, visibility, is_ranked, left_at, created_at)
    select 'player' || i, (array['Zoë', 'Émile', 'Bo'])[1 + i % 3], (array['public', 'anonymous', 'hidden'])[1 + i % 3],
      i % 4 <> 0, case when i % 5 = 0 then now() end, timestamptz '2026-01-01' + make_interval(days => i / 3)
    from generate_series(1, 40) as i`;
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${people.pia.player_id}, '111111111111111111', 'pixel')`;
});
afterAll(() => database.drop());

interface Row {
  player_id: string;
  username: string;
  display_name: string;
  created_at: string;
  discord_username: string | null;
}

async function list(args: Record<string, unknown>, persona: Persona = people.max) {
  const names = Object.keys(args);
  const [row] = await runAs(database, persona, (sql) =>
    sql.unsafe<{ page: { rows: Row[]; next_cursor: string | null } }[]>(
      `select public.list_players(${names.map((name, index) => `${name} => $${index + 1}`).join(', ')}) as page`,
      names.map((name) => args[name] as string),
    ),
  );
  if (!row) throw new Error('The list has no answer.');
  return row.page;
}

async function listAll(args: Record<string, unknown>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ; ) {
    const page = await list({ ...args, max_rows: 7, ...(after !== null && { after }) });
    rows.push(...page.rows);
    after = page.next_cursor;
    if (after === null) return rows;
  }
}

test.each(
  ['name', 'username', 'joined'].flatMap((sort_by) => [false, true].map((down) => ({ sort_by, down }))),
)('pages by $sort_by (descending: $down) show every player once, in one order', async ({ sort_by, down }) => {
  const rows = await listAll({ sort_by, is_descending: down });
  expect(new Set(rows.map((row) => row.player_id)).size).toBe(42);
  const [all] = await database.sql<{ ids: string[] }[]>`
      select array_agg(id order by ${database.sql.unsafe(
        {
          name: 'identity.fold_name(display_name) collate "C"',
          username: 'username collate "C"',
          joined: 'created_at',
        }[sort_by] ?? '',
      )} ${database.sql.unsafe(down ? 'desc' : 'asc')}, id ${database.sql.unsafe(down ? 'desc' : 'asc')}) as ids
      from public.profiles`;
  expect(rows.map((row) => row.player_id)).toEqual(all?.ids);
});

test.each([
  [{ query: 'EMILE' }, (row: Row) => row.display_name === 'Émile'],
  [{ query: 'player1' }, (row: Row) => row.username.startsWith('player1')],
  [{ query: 'pi%' }, () => false],
  [{ is_linked: true }, (row: Row) => row.username === 'pia'],
  [{ role: 'manager' }, (row: Row) => row.username === 'max'],
])('the filter %j finds exactly those it names', async (filter, isMeant) => {
  const every = await listAll({});
  const found = await listAll(filter);
  expect(found.map((row) => row.username).sort()).toEqual(
    every
      .filter(isMeant)
      .map((row) => row.username)
      .sort(),
  );
});

test.each([
  [{ visibility: 'hidden' }, 13],
  [{ has_left: true }, 8],
  [{ is_ranked: false }, 10],
  [{ visibility: 'hidden', has_left: false, is_ranked: true }, 8],
])('the filter %j leaves %i players', async (filter, count) => {
  expect(await listAll(filter)).toHaveLength(count);
});

test('a linked player is listed with the name in Discord', async () => {
  expect((await list({ query: 'pia' })).rows[0]).toMatchObject({ discord_username: 'pixel' });
});

test('players see no list, and made-up orders and cursors are refused', async () => {
  expect(await readRefusal(list({}, people.pia))).toBe('manager_only');
  expect(await readRefusal(list({}, 'anon'))).toBe('42501');
  expect(await readRefusal(list({ sort_by: 'user_id' }))).toBe('sort_unknown');
  for (const after of [
    'x',
    'WyIiLCAiMSJd',
    "' or 1=1",
    'WyJub3QgYSB0aW1lIiwgImEwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMyJd',
  ]) {
    expect(await readRefusal(list({ sort_by: 'joined', after }))).toBe('cursor_invalid');
  }
});

test('a record is complete for managers and closed to players', async () => {
  const read = (persona: Persona, username: string) =>
    runAs(database, persona, (sql) => sql`select public.get_player_record(${username}) as record`);
  expect((await read(people.max, 'PIA'))[0]?.record).toMatchObject({
    player: { username: 'pia' },
    link: { discord_username: 'pixel' },
    has_account: true,
    is_withdrawn: false,
    member_roles: [],
  });
  expect((await read(people.max, 'nobody'))[0]?.record).toBeNull();
  expect(await readRefusal(read(people.pia, 'pia'))).toBe('manager_only');
});
