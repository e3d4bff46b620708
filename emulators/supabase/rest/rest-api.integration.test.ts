import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

const schema = `
  create table public.teams (id int primary key, name text not null);
  create table public.notes (
    id int primary key, owner_id uuid references auth.users (id) on delete cascade,
    team_id int references public.teams (id), body text check (length(body) < 20), secret text, facts jsonb,
    price numeric, made_at timestamptz not null default '2026-11-22 10:00:00+00', parent_id text unique);
  create table public.closed (id int primary key);
  alter table public.teams enable row level security;
  alter table public.notes enable row level security;
  alter table public.closed enable row level security;
  grant select on public.teams to anon, authenticated;
  grant select (id, owner_id, team_id, body, facts, price, made_at), insert, update, delete on public.notes
    to authenticated;
  grant all on public.teams, public.notes to service_role;
  create policy "Everybody reads teams" on public.teams for select using (true);
  create policy "People have their notes" on public.notes to authenticated
    using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

  create function public.echo(given jsonb) returns jsonb language sql set search_path = '' as 'select given';
  create type public.color as enum ('red', 'dark "blue"');
  create table public.bags (words text[], counts int[], colors public.color[], facts jsonb[]);
  grant select, insert on public.bags to anon;
  create function public.join_words(words text[]) returns text language sql set search_path = ''
    as $$select array_to_string(words, '|', '-')$$;
  create function public.count_to(last int default 3) returns setof int language sql set search_path = ''
    as 'select generate_series(1, last)';
  create function public.whoami() returns jsonb language sql stable set search_path = '' as $$
    select jsonb_build_object('role', current_user, 'uid', auth.uid(), 'claims', auth.jwt() -> 'email') $$;
  create function public.show_time_limit() returns text language sql set search_path = ''
    as $$select current_setting('statement_timeout')$$;
  create function public.refuse(code text) returns void language plpgsql set search_path = '' as $$
    begin
      raise exception using errcode = code, message = 'No.', detail = 'not_now', hint = 'Try later.';
    end $$;
  grant execute on all functions in schema public to anon, authenticated, service_role;
  insert into public.teams values (1, 'red'), (2, 'blue');`;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(schema);
  await waitForSchema('teams');
});
afterAll(() => supabase.stop());

async function waitForSchema(table: string): Promise<void> {
  const client = supabase.connect({ key: secretKey });
  await waitFor(`${table} in the schema cache`, async () => {
    const { error } = await client.from(table).select('*').limit(1);
    return error?.code !== 'PGRST205';
  });
}

describe('grants and policies', () => {
  test('a table without a grant is 401 for anon and 403 for a signed-in person', async () => {
    const anonymous = await supabase.connect().from('closed').select();
    expect(anonymous).toMatchObject({ status: 401, error: { code: '42501' } });
    const { client } = await supabase.signUp('closed');
    expect(await client.from('closed').select()).toMatchObject({ status: 403, error: { code: '42501' } });
    expect(await supabase.connect({ key: secretKey }).from('closed').select()).toMatchObject({ status: 403 });
    expect(await supabase.connect().from('notes').select()).toMatchObject({ status: 401 });
  });

  test('a column without a grant is refused, the others are read', async () => {
    const { client } = await supabase.signUp('columns');
    expect(await client.from('notes').select('id, secret')).toMatchObject({ status: 403 });
    expect(await client.from('notes').select('id, body')).toMatchObject({ status: 200, data: [] });
  });

  test('people see and write their own rows only', async () => {
    const { client: ann, userId } = await supabase.signUp('ann');
    const { client: bob } = await supabase.signUp('bob');
    await ann.from('notes').insert({ id: 1, owner_id: userId, body: 'mine', team_id: 1 }).throwOnError();
    expect((await ann.from('notes').select('body')).data).toEqual([{ body: 'mine' }]);
    expect((await bob.from('notes').select('body')).data).toEqual([]);
    expect((await bob.from('notes').update({ body: 'stolen' }).eq('id', 1).select('id')).data).toEqual([]);
    const forged = await bob.from('notes').insert({ id: 2, owner_id: userId, body: 'forged' });
    expect(forged).toMatchObject({ status: 403, error: { code: '42501' } });
  });

  test('functions see who calls', async () => {
    const { client, userId } = await supabase.signUp('caller');
    expect((await client.rpc('whoami')).data).toEqual({
      role: 'authenticated',
      uid: userId,
      claims: 'caller@example.test',
    });
    expect((await supabase.connect().rpc('whoami')).data).toMatchObject({ role: 'anon', uid: null });
    const secret = supabase.connect({ key: secretKey });
    expect((await secret.rpc('whoami')).data).toMatchObject({ role: 'service_role', uid: null });
  });

  test('a token is honoured until it expires, even after signing out; a broken one is 401', async () => {
    const { client, token } = await supabase.signUp('leaver');
    await client.auth.signOut();
    const call = (bearer: string) =>
      fetch(`${supabase.url}/rest/v1/rpc/whoami`, {
        method: 'POST',
        headers: { apikey: supabase.settings.publishableKey, authorization: `Bearer ${bearer}` },
      });
    expect(await (await call(token)).json()).toMatchObject({ role: 'authenticated' });
    expect((await call(`${token}x`)).status).toBe(401);
    expect((await fetch(`${supabase.url}/rest/v1/teams`)).status).toBe(401);
  });
});

describe('errors', () => {
  const raised = [
    ['P0001', 400],
    ['DS403', 400],
    ['DS409', 400],
    ['PT418', 418],
    ['40001', 500],
    ['23505', 409],
    ['23503', 409],
    ['23514', 400],
    ['22023', 400],
    ['28000', 403],
    ['57014', 500],
  ] as const;

  test.each(raised)('%s raised in SQL is %i with its code, detail and hint', async (code, status) => {
    const answer = await supabase.connect().rpc('refuse', { code });
    expect(answer.status).toBe(status);
    expect(answer.error).toMatchObject({ code, message: 'No.', details: 'not_now', hint: 'Try later.' });
  });

  test('constraints, missing tables, missing functions and single rows answer as PostgREST does', async () => {
    const secret = supabase.connect({ key: secretKey });
    const twice = await secret.from('teams').insert({ id: 1, name: 'again' });
    expect(twice).toMatchObject({ status: 409, error: { code: '23505' } });
    const dangling = await secret.from('notes').insert({ id: 90, team_id: 99 });
    expect(dangling).toMatchObject({ status: 409, error: { code: '23503' } });
    const long = await secret.from('notes').insert({ id: 91, body: 'x'.repeat(30) });
    expect(long).toMatchObject({ status: 400, error: { code: '23514' } });
    expect(await secret.from('teams').insert({ id: 3 })).toMatchObject({
      status: 400,
      error: { code: '23502' },
    });
    expect(await secret.from('nothing').select()).toMatchObject({ status: 404, error: { code: 'PGRST205' } });
    expect(await secret.rpc('nothing')).toMatchObject({ status: 404, error: { code: 'PGRST202' } });
    expect(await secret.from('teams').select().single()).toMatchObject({
      status: 406,
      error: { code: 'PGRST116' },
    });
  });
});

describe('queries', () => {
  const givens = [{ a: [1, { b: null }], n: 1.5 }, [1, 'two', null], 'plain text', '"quoted"', 7, true, null];

  test.each(givens.map((given) => [given]))(
    '%j survives the round trip through a function',
    async (given) => {
      const { data, error } = await supabase.connect().rpc('echo', { given });
      expect([error, data]).toEqual([null, given]);
    },
  );

  test('sets, default arguments, counts, filters and embedded rows', async () => {
    const client = supabase.connect();
    expect((await client.rpc('count_to')).data).toEqual([1, 2, 3]);
    expect((await client.rpc('count_to', { last: 1 })).data).toEqual([1]);
    const counted = await client.from('teams').select('*', { count: 'exact', head: true });
    expect(counted.count).toBe(2);
    expect((await client.from('teams').select('name').gt('id', 1)).data).toEqual([{ name: 'blue' }]);
    const secret = supabase.connect({ key: secretKey });
    const note = { id: 50, team_id: 2, body: 'hello', facts: { deep: ['x'] }, price: 1.1 };
    await secret.from('notes').upsert(note).throwOnError();
    await secret
      .from('notes')
      .upsert({ ...note, body: 'changed' })
      .throwOnError();
    const embedded = await secret
      .from('notes')
      .select('body, facts, price, made_at, teams!inner(name)')
      .eq('teams.name', 'blue')
      .single();
    expect(embedded.data).toEqual({
      body: 'changed',
      facts: { deep: ['x'] },
      price: 1.1,
      made_at: '2026-11-22T10:00:00+00:00',
      teams: { name: 'blue' },
    });
    expect((await secret.from('notes').select('id').eq('facts->deep->>0', 'x')).data).toEqual([{ id: 50 }]);
    expect((await secret.from('notes').delete().eq('id', 50).select('id')).data).toEqual([{ id: 50 }]);
  });

  test('arrays travel as they are', async () => {
    const client = supabase.connect();
    const bag = {
      words: ['plain', 'a "quoted" \\ one', '', 'null', '{x,y}', null],
      counts: [1, null, 3],
      colors: ['red', 'dark "blue"'],
      facts: [{ a: [1, '2'] }],
    };
    expect((await client.from('bags').insert([bag, { words: [], counts: null }])).error).toBeNull();
    expect((await client.from('bags').select()).data).toEqual([
      bag,
      { words: [], counts: null, colors: null, facts: null },
    ]);
    expect((await client.rpc('join_words', { words: bag.words })).data).toBe(
      'plain|a "quoted" \\ one||null|{x,y}|-',
    );
  });

  test("each role has hosted Supabase's statement timeout", async () => {
    const { client } = await supabase.signUp('timed');
    const clients = [supabase.connect(), client, supabase.connect({ key: secretKey })];
    const limits = await Promise.all(clients.map((each) => each.rpc('show_time_limit')));
    expect(limits.map(({ data }) => data)).toEqual(['3s', '8s', '8s']);
  });

  test('no answer has more rows than the configuration allows', async () => {
    const { data } = await supabase.connect().rpc('count_to', { last: 1500 });
    expect(data).toHaveLength(1000);
  });

  test('many callers at once keep their roles apart', async () => {
    const { client, userId } = await supabase.signUp('crowd');
    const callers = [supabase.connect(), client, supabase.connect({ key: secretKey })];
    const answers = await Promise.all(Array.from({ length: 90 }, (_, i) => callers[i % 3]?.rpc('whoami')));
    const expected = [
      { role: 'anon', uid: null },
      { role: 'authenticated', uid: userId },
      { role: 'service_role', uid: null },
    ];
    answers.forEach((answer, i) => {
      expect(answer?.data).toMatchObject(expected[i % 3] ?? {});
    });
  });

  test('a new table is found soon after its creation', async () => {
    await supabase.database.sql.unsafe(
      'create table public.later (id int primary key); grant select on public.later to service_role',
    );
    await waitForSchema('later');
    expect(await supabase.connect({ key: secretKey }).from('later').select()).toMatchObject({ data: [] });
  });
});
