import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { runAs } from '../../personas.ts';
import { createPlayers } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('a search', () => {
  const people: [string, string][] = [
    ['ada-l', 'Ada Lovelace'],
    ['lovelace', 'Grace'],
    ['lovely', 'Zoe'],
    ['zz1', 'Lovelace'],
    ['zz2', 'Lovelace Jr'],
    ['zz3', 'Ada de la Lovelace-King'],
    ['zz4', 'Augusta Ada  King-Noel Lovelace'],
    ['zoe1', 'Zoë Ångström'],
    ['strasse', 'Karl Groß'],
    ['percent', '100%_a\\b'],
    ['shy-lovelace', 'Hidden Lovelace'],
    ['gone-lovelace', 'Gone Lovelace'],
  ];
  beforeAll(async () => {
    for (const [username, display_name] of people) {
      await database.sql`insert into public.profiles (username, display_name) values (${username}, ${display_name})`;
    }
    await database.sql`update public.profiles set visibility = 'anonymous' where username = 'shy-lovelace'`;
    await database.sql`update public.profiles set left_at = now() where username = 'gone-lovelace'`;
  });
  const find = async (text: string, limit = 10) => {
    const [row] = await runAs(
      database,
      'anon',
      (transaction) =>
        transaction<{ found: { username: string }[] }[]>`
          select public.search_players(${text}, null, ${limit}) as found`,
    );
    return row?.found.map(({ username }) => username);
  };

  it('finds exact names first, then prefixes, then words within', async () => {
    const all = ['lovelace', 'zz1', 'zz2', 'ada-l', 'zz4'];
    expect(await find('Lovelace')).toEqual(all);
    for (const limit of [1, 2, 3, 4, 5]) expect(await find('lovelace', limit)).toEqual(all.slice(0, limit));
    expect(await find('love')).toEqual(['lovelace', 'lovely', 'zz1', 'zz2', 'ada-l', 'zz4']);
    expect(await find('king')).toEqual(['zz3']);
    expect(await find('ada king')).toEqual(['zz4']);
    expect(await find('ada')).toEqual(['ada-l', 'zz3', 'zz4']);
  });

  it('ignores accents and case', async () => {
    expect(await find('angstrom')).toEqual(['zoe1']);
    expect(await find('ZOE ÅNG')).toEqual(['zoe1']);
    expect(await find('Zoe\u0308')).toEqual(['lovely', 'zoe1']);
    expect(await find('gross')).toEqual(['strasse']);
  });

  it('takes every character literally', async () => {
    expect(await find('100%_a\\')).toEqual(['percent']);
    for (const text of ['%', '_', '---', '\\']) expect(await find(text)).toEqual([]);
  });
});

it('a search reads indexes, however many players there are', async () => {
  await createPlayers(database.sql, 20_000);
  await database.sql`analyze public.profiles`;
  const scanned = await database.sql.begin(async (sql) => {
    // Includes statistics of earlier transactions that the session has not reported yet.
    const readScans = async () => {
      const [row] = await sql`select pg_stat_get_xact_numscans('public.profiles'::regclass)::int as scans`;
      return row?.scans;
    };
    const before = await readScans();
    for (const text of ['lovelace', 'player', 'p', '999', '-', 'nobody at all']) {
      await sql`select public.search_players(${text})`;
    }
    return (await readScans()) - before;
  });
  expect(scanned).toBe(0);
});
