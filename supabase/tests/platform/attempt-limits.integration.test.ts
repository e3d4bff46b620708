import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ownSchemas } from '#dev/database/own-schemas.ts';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { attemptActions } from '#domain/platform/attempt-actions.ts';
import { secretKey, type TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { uncountedCommands } from './uncounted-commands.ts';

let supabase: TestSupabase;
let pia: Caller;
let max: Caller;
let ada: Caller;

interface Caller {
  client: SupabaseClient;
  player_id: string;
}

beforeAll(async () => {
  supabase = await startMigratedSupabase();
  pia = await signUp('pia', 'player');
  max = await signUp('max', 'manager');
  ada = await signUp('ada', 'admin');
  // Windows that are half over, so none ends during a test.
  await supabase.database.sql`
    update platform.attempt_limits set window_seconds = ${Math.floor(Date.now() / 1500)} where window_seconds = 60`;
});
beforeEach(async () => {
  await supabase.database.sql`delete from platform.rate_limits`;
});
afterAll(() => supabase.stop());

async function signUp(name: string, role: string): Promise<Caller> {
  const { client, userId } = await supabase.signUp(name);
  const [row] = await supabase.database.sql<{ id: string }[]>`
    update public.profiles set role = ${role} where user_id = ${userId} returning id`;
  return { client, player_id: row?.id ?? '' };
}
const setLimit = (action: string, count: number) => supabase.database.sql`
  update platform.attempt_limits set limit_count = ${count} where action = ${action}`;
const makeWish = () => ({
  credit_type: 'ai',
  amount: 1,
  reason: 'For a flood',
  idempotency_key: randomUUID(),
});

test('forty requests cancelled at once leave no more cards than the limit, on every surface', async () => {
  const refusals: unknown[] = [];
  for (let cycle = 0; cycle < 40; cycle += 1) {
    const { data, error } = await pia.client.rpc('request_credits', makeWish());
    if (error) refusals.push(error);
    else {
      const cancelled = { request_id: data.id, idempotency_key: randomUUID() };
      await pia.client.rpc('cancel_credit_request', cancelled).throwOnError();
    }
  }
  const cards = await supabase.database
    .sql`select from platform.outbox where name = 'credits/request.created'`;
  expect(cards).toHaveLength(10);
  expect(refusals).toHaveLength(30);
  expect(new Set(refusals.map((refusal) => JSON.stringify(Object(refusal).details)))).toEqual(
    new Set(['"rate_limited"']),
  );
  expect(refusals[0]).toMatchObject({
    code: 'DS429',
    message: 'That was too much at once.',
    hint: expect.stringMatching(/^Try again in \d+ (seconds?|minutes?)\.$/),
  });
  const throughDiscord = await requestCredits(supabase.connect({ key: secretKey }), {
    ...makeWish(),
    acting_player_id: pia.player_id,
    source: 'discord',
  });
  expect(throughDiscord).toMatchObject({
    ok: false,
    refusal: { code: 'rate_limited', status: 429, retryAfterSeconds: expect.any(Number) },
  });
  expect(await requestCredits(max.client, makeWish())).toMatchObject({ ok: true });
});

test('a repeated key gets its answer even beyond the limit', async () => {
  await setLimit('credit_request', 1);
  const wish = makeWish();
  const { data } = await pia.client.rpc('request_credits', wish).throwOnError();
  expect((await pia.client.rpc('request_credits', wish)).data).toEqual({ ...data, replayed: true });
  await pia.client.rpc('cancel_credit_request', { request_id: data.id, idempotency_key: 'c' }).throwOnError();
  expect((await pia.client.rpc('request_credits', makeWish())).error?.details).toBe('rate_limited');
  await setLimit('credit_request', 10);
});

const amounts = { credit_type: 'ai', amount: 1, reason: 'For a test' };
test.each<[string, () => Caller, string, () => Record<string, unknown>, string]>([
  [
    'cancel_credit_request',
    () => pia,
    'credit_cancel',
    () => ({ request_id: randomUUID() }),
    'request_not_found',
  ],
  [
    'decide_credit_request',
    () => max,
    'credit_decision',
    () => ({ request_id: randomUUID(), decision: 'approve', comment: null }),
    'request_not_found',
  ],
  ['grant_credits', () => ada, 'credit_grant', () => ({ ...amounts, player_id: pia.player_id }), ''],
])('%s counts its effects, and refuses more of them', async (command, who, action, args, refused) => {
  await setLimit(action, 1);
  const call = async () => {
    const { error } = await who().client.rpc(command, { ...args(), idempotency_key: randomUUID() });
    return error?.details ?? '';
  };
  // Calls refused for another reason did not count.
  expect([await call(), await call()]).toEqual([refused, refused === '' ? 'rate_limited' : refused]);
  await supabase.database.sql`update platform.attempt_limits set limit_count = 30 where action = ${action}`;
});

describe('searching', () => {
  const search = async (client: SupabaseClient) =>
    (await client.rpc('search_players', { query: 'nobody' })).error?.details ?? '';

  test('counts for the signed-in player, and otherwise for the address', async () => {
    await setLimit('search', 2);
    expect([await search(pia.client), await search(pia.client), await search(pia.client)]).toEqual([
      '',
      '',
      'rate_limited',
    ]);
    expect(await search(max.client)).toBe('');
    const visitor = supabase.connect();
    expect([await search(visitor), await search(visitor), await search(supabase.connect())]).toEqual([
      '',
      '',
      'rate_limited',
    ]);
    expect(await search(supabase.connect({ key: secretKey }))).toBe('');
  });

  test('counts for the real address if another one is forged', async () => {
    await setLimit('search', 1);
    const searchFrom = async (header: string, address: string) => {
      const response = await fetch(`${supabase.url}/rest/v1/rpc/search_players`, {
        method: 'POST',
        headers: {
          apikey: supabase.settings.publishableKey,
          'content-type': 'application/json',
          [header]: address,
        },
        body: JSON.stringify({ query: 'nobody' }),
      });
      return response.status;
    };
    expect(await searchFrom('x-forwarded-for', '203.0.113.1')).toBe(200);
    expect(await searchFrom('x-forwarded-for', '203.0.113.2')).toBe(400);
    expect(await searchFrom('cf-connecting-ip', '203.0.113.3')).toBe(400);
  });

  test.each([
    [
      '{"cf-connecting-ip": "203.0.113.1", "x-forwarded-for": "198.51.100.7, 203.0.113.2"}',
      'address:203.0.113.1',
    ],
    ['{"x-forwarded-for": "198.51.100.7, 203.0.113.2"}', 'address:203.0.113.2'],
    ['{}', 'address:unknown'],
    ['', 'address:unknown'],
  ])('with the headers %s is somebody', async (headers, expected) => {
    const [row] = await supabase.database.sql.begin(async (sql) => {
      await sql`select set_config('request.headers', ${headers}, true)`;
      return sql`select platform.describe_caller() as caller`;
    });
    expect(row?.caller).toBe(expected);
  });
});

test('several windows report the tightest one, and a refusal counts in none', async () => {
  const service = supabase.connect({ key: secretKey });
  const windowSeconds = Math.floor(Date.now() / 1500);
  await supabase.database.sql`
    insert into platform.attempt_limits (action, window_seconds, limit_count)
    values ('metrics', ${windowSeconds + 100}, 2)`;
  const count = async (isCounted = true) =>
    (await service.rpc('count_attempt', { action: 'metrics', who: 'me', is_counted: isCounted })).data;
  const tight = { limit_count: 2, window_seconds: windowSeconds + 100 };
  expect(await count(false)).toMatchObject({ ...tight, allowed: true, remaining: 2 });
  expect(await count()).toMatchObject({ ...tight, allowed: true, remaining: 1 });
  expect(await count()).toMatchObject({ ...tight, allowed: true, remaining: 0 });
  expect(await count()).toMatchObject({ ...tight, allowed: false, remaining: 0 });
  const hits = await supabase.database.sql<{ hits: number }[]>`select hits from platform.rate_limits`;
  expect(hits.map((row) => row.hits)).toEqual([2, 2]);
  await supabase.database.sql`
    delete from platform.attempt_limits where action = 'metrics' and limit_count = 2`;
});

test('the tightest window is the one with the fewest attempts left, not the one with the lowest limit', async () => {
  const [row] = await supabase.database.sql.begin(async (sql) => {
    await sql`
      insert into platform.attempt_limits (action, window_seconds, limit_count)
      values ('made_up', 2000000000, 5), ('made_up', 1900000000, 6)`;
    await sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('made_up:me', 1900000000, 0, 4)`;
    const verdict = await sql`select platform.take_attempt('made_up', 'me') as verdict`;
    await sql`delete from platform.attempt_limits where action = 'made_up'`;
    return verdict;
  });
  expect(row?.verdict).toMatchObject({ allowed: true, limit_count: 6, remaining: 1 });
});

test.each([
  ['-3 seconds', 'Try again in 1 second.'],
  ['0.5 seconds', 'Try again in 1 second.'],
  ['119.5 seconds', 'Try again in 120 seconds.'],
  ['120.5 seconds', 'Try again in 3 minutes.'],
  ['59.9 minutes', 'Try again in 60 minutes.'],
  ['3605.5 seconds', 'Try again in 61 minutes.'],
])('a wait of %s is written as "%s"', async (wait, expected) => {
  const [row] = await supabase.database.sql`
    select platform.describe_wait(clock_timestamp() + ${wait}::interval) as sentence`;
  expect(row?.sentence).toBe(expected);
});

describe('the list', () => {
  test('names exactly what services and commands count', async () => {
    const rows = await supabase.database.sql<{ action: string }[]>`
      select distinct action from platform.attempt_limits`;
    const sources = await supabase.database.sql<{ source: string }[]>`
      select prosrc as source from pg_proc
      where pronamespace::regnamespace::text = any (${[...ownSchemas]})`;
    const inCommands = sources.flatMap(({ source }) =>
      [...source.matchAll(/(?:count|take)_attempt\('([a-z_]+)'/g)].map((match) => match[1] ?? ''),
    );
    const known = new Set([...attemptActions, ...inCommands]);
    expect(rows.map(({ action }) => action).sort()).toEqual([...known].sort());
  });

  test('covers every command that a client may repeat, or states why not', async () => {
    const rows = await supabase.database.sql<{ name: string }[]>`
      select distinct f.proname::text as name from pg_proc as f
      where f.pronamespace = 'public'::regnamespace and f.provolatile = 'v' and f.prosrc not like '%count_attempt(%'
        and f.prokind = 'f' and f.prorettype <> 'trigger'::regtype
        and (has_function_privilege('anon', f.oid, 'execute')
          or has_function_privilege('authenticated', f.oid, 'execute'))
      order by 1`;
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(uncountedCommands).sort());
  });
});
