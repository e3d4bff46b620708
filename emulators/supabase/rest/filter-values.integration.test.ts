import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

const big = '1111111111111111168';
/** Text that looks like something else: a number, a boolean, null, an array, quoted text. */
const words = [
  '1e3',
  '1000',
  '007',
  '7',
  'true',
  'TRUE',
  'null',
  '',
  ' 5 ',
  '5',
  'a,b',
  '"q"',
  'x"y',
  'back\\slash',
  '(p)',
  '0x10',
  '16',
  '{a}',
  'a.b',
  'not.eq.5',
  '100%',
] as const;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    create table public.words (word text primary key, place int not null);
    create table public.things (
      id bigint primary key, label text, name text, flag boolean, amount numeric, facts jsonb, tags text[], counts int[],
      day date, at timestamptz, bytes bytea, owner uuid);
    create function public.repeat_word(word text, flag boolean default null) returns text language sql immutable
      set search_path = '' as $$select coalesce(word, 'nothing') || coalesce(flag::text, '')$$;
    create function public.list_words() returns setof public.words language sql stable set search_path = ''
      as $$select * from public.words$$;
    grant all on public.words, public.things to service_role;
    grant execute on all functions in schema public to service_role;`);
  for (const [place, word] of words.entries()) {
    await supabase.database.sql`insert into public.words values (${word}, ${place})`;
  }
  await supabase.database.sql.unsafe(`
    insert into public.things values
      (${big}, 'big', 'big', true, 1.50, '{"n": ${big}, "word": "1e3", "flag": true}', '{1e3,"a,b"}', '{1,2}', '2026-11-01',
        '2026-11-01 10:00+00', '\\xdead', '11111111-1111-1111-1111-111111111111'),
      (1111111111111111169, 'next', null, false, 7, '"hello"', '{1000,null}', '{3}', 'infinity', null, null, null),
      (7, 'seven', 'seven', null, 1000, '7', null, null, null, null, null, null)`);
  await waitFor('the tables', async () => (await read('things')).status === 200);
});
afterAll(() => supabase.stop());

/** All special characters are encoded, so the table contains what PostgREST parses. */
async function read(address: string): Promise<{ status: number; body: unknown }> {
  const [path = '', query = ''] = address.split('?');
  const encoded = query.split('&').map((pair) => pair.split('=').map(encodeURIComponent).join('='));
  const response = await fetch(`${supabase.url}/rest/v1/${path}?${encoded.join('&')}`, {
    headers: { apikey: secretKey },
  });
  return { status: response.status, body: await response.json() };
}

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

describe('text that looks like something else', () => {
  const others = (word: string) => words.filter((other) => other !== word).map((other) => ({ word: other }));

  test.each(words)('%j is that text to every operator, alone and in a tree', async (word) => {
    const itself = [{ word }];
    const ask = async (filter: string) => (await read(`words?select=word&order=place&${filter}`)).body;
    expect(await ask(`word=eq.${word}`)).toEqual(itself);
    expect(await ask(`word=neq.${word}`)).toEqual(others(word));
    expect(await ask(`word=not.eq.${word}`)).toEqual(others(word));
    expect(await ask(`word=in.("no such",${quote(word)})`)).toEqual(itself);
    expect(await ask(`word=not.in.("no such",${quote(word)})`)).toEqual(others(word));
    expect(await ask(`or=(word.eq.${quote(word)},word.eq."no such")`)).toEqual(itself);
    expect(await ask(`and=(place.gte.0,or(word.eq."no such",word.in.("no such",${quote(word)})))`)).toEqual(
      itself,
    );
    expect(await ask(`not.or=(word.eq.${quote(word)})`)).toEqual(others(word));
    expect(await ask(`and=(word.not.eq.${quote(word)})`)).toEqual(others(word));
    expect(await ask(`word=isdistinct.${word}`)).toEqual(others(word));
    expect(await ask(`and=(word.gte.${quote(word)},word.lte.${quote(word)})`)).toEqual(itself);
    expect(await ask(`word=eq(any).{${quote(word)}}`)).toEqual(itself);
  });

  test.each(['1e3', '007', 'true', 'null', ' 5 ', '0x10'])('%j needs no quotes in a list', async (word) => {
    expect((await read(`words?select=word&word=in.(none,${word})`)).body).toEqual([{ word }]);
    expect((await read(`words?select=word&or=(word.eq.none,word.eq.${word})`)).body).toEqual([{ word }]);
  });

  test('the word of a function, and rows of a function, too', async () => {
    for (const word of ['1e3', '007', 'true', 'null', ' 5 ', big]) {
      expect((await read(`rpc/repeat_word?word=${word}`)).body).toBe(word);
    }
    expect((await read('rpc/repeat_word?word=1e3&flag=false')).body).toBe('1e3false');
    expect((await read('rpc/list_words?select=word&word=eq.1e3')).body).toEqual([{ word: '1e3' }]);
  });
});

describe("the column's type parses it", () => {
  test.each([
    [`id=eq.${big}`, ['big']],
    [`id=neq.${big}`, ['next', 'seven']],
    [`id=in.(7,${big})`, ['big', 'seven']],
    [`id=not.in.(${big})`, ['next', 'seven']],
    [`id=gt.${big}`, ['next']],
    [`id=lt.${big}`, ['seven']],
    [`or=(id.eq.${big},id.eq.7)`, ['big', 'seven']],
    [`and=(id.gte.${big},id.lte.${big})`, ['big']],
    ['id=eq.007', ['seven']],
    ['id=in.()', []],
    ['name=in.("")', []],
    ['name=eq.null', []],
    ['name=is.null', ['next']],
    ['name=not.is.null', ['big', 'seven']],
    ['or=(name.is.null,flag.is.true)', ['big', 'next']],
    ['flag=eq.true', ['big']],
    ['flag=eq.f', ['next']],
    ['flag=neq.true', ['next']],
    ['flag=in.(true,false)', ['big', 'next']],
    ['flag=is.unknown', ['seven']],
    ['amount=eq.1e3', ['seven']],
    ['amount=eq.1.5', ['big']],
    ['facts=eq."hello"', ['next']],
    ['facts=eq.7', ['seven']],
    [`facts=cs.{"n":${big}}`, ['big']],
    ['facts->>word=eq.1e3', ['big']],
    ['facts->>flag=eq.true', ['big']],
    [`facts->>n=in.(1,${big})`, ['big']],
    ['tags=cs.{1e3}', ['big']],
    ['tags=cs.{"a,b"}', ['big']],
    ['tags=eq.{1e3,"a,b"}', ['big']],
    ['tags=ov.{1000,none}', ['next']],
    ['or=(tags.cs.{1e3,"a,b"},id.eq.7)', ['big', 'seven']],
    ['counts=cs.{2}', ['big']],
    ['day=eq.2026-11-01', ['big']],
    ['day=eq.infinity', ['next']],
    ['at=eq.2026-11-01T11:00:00+01:00', ['big']],
    ['bytes=eq.\\xdead', ['big']],
    ['owner=eq.11111111-1111-1111-1111-111111111111', ['big']],
    ['name=like.s*n', ['seven']],
    ['or=(name.like."s*n",name.ilike.B*)', ['big', 'seven']],
    ['name=match.^s.v', ['seven']],
    ['name=like(any).{"se*","b*"}', ['big', 'seven']],
    [`id=eq(any).{7,${big}}`, ['big', 'seven']],
  ])('%s', async (filter, labels) => {
    const { status, body } = await read(`things?select=label&order=label&${filter}`);
    expect({ status, body }).toEqual({ status: 200, body: labels.map((label) => ({ label })) });
  });

  test.each([
    ['id=eq.1e3', '22P02'],
    ['id=eq.true', '22P02'],
    ['id=eq.null', '22P02'],
    ['id=eq.', '22P02'],
    ['id=in.(7,seven)', '22P02'],
    ['flag=eq.maybe', '22P02'],
    ['owner=eq.7', '22P02'],
    ['facts=eq.hello', '22P02'],
    ['id=eq.99999999999999999999', '22003'],
    ['or=(id.eq.7,id.eq.1e3)', '22P02'],
    ['id=in.7', 'PGRST100'],
    ['or=(id.eq.7', 'PGRST100'],
  ])('unparsable values are refused: %s', async (filter, code) => {
    expect(await read(`things?${filter}`)).toMatchObject({ status: 400, body: { code } });
  });
});

test.each(['"open', 'a(', 'a!', 'word:', '"', 'word,"\\', 'words!x!y(word)', ')', 'word)'])(
  "an invalid select of %s is the caller's fault",
  async (select) => {
    const { status, body } = await read(`words?select=${select}`);
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ code: expect.stringMatching(/^(PGRST|42)/) }),
    ]);
  },
);
