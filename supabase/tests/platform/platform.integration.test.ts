import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { apiScopes } from '#domain/integrations/api-scopes.ts';
import { requestCredits } from '../credits/credit-stage.ts';
import { createPlayer } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { waitForLock } from '../wait-for-lock.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function call<Answer>(statement: Promise<readonly { answer?: Answer }[]>): Promise<Answer | undefined> {
  return (await statement)[0]?.answer;
}

describe('API keys', () => {
  const key = 'dsk_test_key';
  const hash = createHash('sha256').update(key).digest('hex');
  const create = (expires_at: Date | null = null) => database.sql<{ answer: { id: string } }[]>`
    select public.create_api_key('traffic', array['score-events:write'], ${hash}, 'dsk_test_key', ${expires_at}) as answer`;
  const verify = () =>
    call(database.sql<{ answer: unknown }[]>`select public.verify_api_key(${key}) as answer`);

  test('are known by their hash, and end when revoked', async () => {
    expect(await verify()).toBeNull();
    const made = await call(create());
    expect(await verify()).toEqual({
      id: made?.id,
      name: 'traffic',
      source: 'traffic',
      scopes: ['score-events:write'],
    });
    await database.sql`select public.revoke_api_key(${made?.id ?? ''})`;
    expect(await verify()).toBeNull();
  });

  test('belong to a source of which there may be several', async () => {
    const make = (name: string, source: string | null) =>
      call(database.sql<{ answer: { source: string } }[]>`
        select public.create_api_key(${name}, array['players:read'], encode(sha256(${name}::bytea), 'hex'), 'x',
          source => ${source}) as answer`);
    expect((await make('old key', 'crm'))?.source).toBe('crm');
    expect((await make('new key', 'crm'))?.source).toBe('crm');
    expect((await make('y'.repeat(80), null))?.source).toBe('y'.repeat(64));
  });

  test('expire automatically', async () => {
    await create(new Date(Date.now() - 1000));
    expect(await verify()).toBeNull();
  });

  test('are created once, by admins', async () => {
    await create();
    expect(await readRefusal(create())).toBe('api_key_exists');
    const max = await createPlayer(database, 'max', 'manager');
    const work = database.sql`
      select public.create_api_key('x', array['players:read'], ${'0'.repeat(64)}, 'x', null, ${max.player_id})`;
    expect(await readRefusal(work)).toBe('admin_only');
  });

  test('leave no hash in the audit log', async () => {
    await create();
    const [row] = await database.sql`select to_jsonb(l)::text as text from public.audit_log as l`;
    expect(row?.text).not.toContain(hash);
  });

  test.each([
    ['an unknown scope', ['players:read', 'players:delete'], 'scope_unknown'],
    ['no scope', [], 'scopes_missing'],
    ['a scope that is null', [null], 'scope_unknown'],
  ])('are not created with %s', async (_name, scopes, expected) => {
    const work = database.sql`
      select public.create_api_key('x', ${scopes}::text[], ${'0'.repeat(64)}, 'x')`;
    expect(await readRefusal(work)).toBe(expected);
  });

  test('have the scopes that the routes ask for, and no others', async () => {
    const [row] = await database.sql`select integrations.list_api_scopes() as scopes`;
    expect(row?.scopes).toEqual([...apiScopes]);
    const forge = database.sql`
      insert into integrations.api_keys (name, source, prefix, key_hash, scopes)
      values ('x', 'x', 'x', ${'0'.repeat(64)}, '{everything}')`;
    expect(await readRefusal(forge)).toBe('23514');
  });
});

describe('rate limits', () => {
  // Half of window number 1 is over, so none ends during a test.
  const windowSeconds = Math.floor(Date.now() / 1500);
  const check = (bucket = 'a', limit = 5) =>
    call(database.sql<{ answer: { allowed: boolean; remaining: number } }[]>`
      select platform.check_rate_limit(${bucket}, ${limit}, ${windowSeconds}) as answer`);

  test('admit exactly so many calls, even in parallel', async () => {
    expect(await check('b')).toMatchObject({ allowed: true, remaining: 4 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => check()));
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(5);
    expect(await check('b')).toMatchObject({ allowed: true, remaining: 3 });
  });

  test('count part of the previous window', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('c', ${windowSeconds}, 0, 9)`;
    // A half of nine, and one.
    expect(await check('c', 6)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await check('c', 6)).toMatchObject({ allowed: false, remaining: 0 });
  });

  test('can be checked without counting', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('other', ${windowSeconds}, 1, 2), ('d', ${windowSeconds}, 7, 2), ('d', 1, 1, 2)`;
    const look = () =>
      call(database.sql<{ answer: { allowed: boolean; remaining: number } }[]>`
        select platform.check_rate_limit('d', 2, ${windowSeconds}, is_counted => false) as answer`);
    expect(await look()).toMatchObject({ allowed: true, remaining: 2 });
    await check('d', 2);
    expect(await look()).toMatchObject({ allowed: true, remaining: 1 });
    await check('d', 2);
    expect(await look()).toMatchObject({ allowed: false, remaining: 0 });
  });

  test.each([
    ['in the next window', 0, 5],
    ['in this window', 4, 2],
  ])('report when the next call is allowed: %s', async (_when, before, limit) => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('e', ${windowSeconds}, 0, ${before})`;
    for (let n = 0; n < limit; n += 1) await check('e', limit);
    const [row] = await database.sql`
      select platform.check_rate_limit('e', ${limit}, ${windowSeconds}) as answer,
        clock_timestamp() as asked_at`;
    expect(row?.answer.allowed).toBe(false);
    expect(Date.parse(row?.answer.reset_at)).toBe(2 * windowSeconds * 1000);
    const freeAtMs = Date.parse(row?.answer.retry_at);
    expect(freeAtMs).toBeGreaterThan(row?.asked_at.getTime());
    // The sum at that moment: this window's count plus the share of the previous one.
    const windowMs = windowSeconds * 1000;
    const elapsed = (freeAtMs % windowMs) / windowMs;
    const isNext = Math.floor(freeAtMs / windowMs) === 2;
    const hits = await database.sql<{ window_number: string; hits: number }[]>`
      select window_number, hits from platform.rate_limits where bucket = 'e'`;
    const count = (window: number) => hits.find((hit) => Number(hit.window_number) === window)?.hits ?? 0;
    const used = isNext ? count(1) * (1 - elapsed) : count(1) + count(0) * (1 - elapsed);
    expect(used + 1).toBeCloseTo(limit, 2);
  });

  test('report when the next call is allowed: later in this window, of which a part is used', async () => {
    await database.sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      values ('f', ${windowSeconds}, 0, 10), ('f', ${windowSeconds}, 1, 5)`;
    const answer = await call(
      database.sql<{ answer: { allowed: boolean; retry_at: string } }[]>`
        select platform.check_rate_limit('f', 10, ${windowSeconds}) as answer`,
    );
    // Four of the ten may still count then, so six tenths of the window are over.
    expect(answer).toMatchObject({ allowed: false });
    expect(Date.parse(answer?.retry_at ?? '') / 1_000 / windowSeconds).toBeCloseTo(1.6, 6);
  });

  test('may be as short as a second', async () => {
    const [row] = await database.sql`select platform.check_rate_limit('g', 1, 1) as answer`;
    expect(row?.answer).toMatchObject({ allowed: true });
  });

  test.each([
    ['an action without a name', "insert into platform.attempt_limits values ('', 60, 1)"],
    ['an action in capitals', "insert into platform.attempt_limits values ('LOUD', 60, 1)"],
    ['no attempts', "insert into platform.attempt_limits values ('made_up', 60, 0)"],
    ['no window', "insert into platform.attempt_limits values ('made_up', 0, 1)"],
    ['hits of no window', "insert into platform.rate_limits values ('h', 0, 1, 1)"],
  ])('have no row for %s', async (_what, statement) => {
    await expect(database.sql.unsafe(statement)).rejects.toMatchObject({ code: '23514' });
  });

  test('refuse nonsense', async () => {
    expect(await readRefusal(check('a', 0))).toBe('rate_limit_invalid');
  });
});

describe('interactions', () => {
  const id = '123456789012345678';
  const begin = () =>
    call(database.sql<{ answer: { first: boolean; response: unknown } }[]>`
      select public.begin_interaction(${id}, 'request', '111111111111111111') as answer`);

  test('are first once, even in a race, and repeat their first answer', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, begin));
    expect(answers.filter((answer) => answer?.first)).toHaveLength(1);
    await database.sql`select public.finish_interaction(${id}, '{"n": 1}', 'done', 12)`;
    await database.sql`select public.finish_interaction(${id}, '{"n": 2}', 'done', 12)`;
    expect(await begin()).toEqual({ first: false, response: { n: 1 }, retry_at: null });
  });

  test('delivered again during the first delivery are not first', async () => {
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    const beginFor = (sql: postgres.ISql, person: string) =>
      sql<{ answer: unknown }[]>`select public.begin_interaction(${id}, 'request', ${person}) as answer`;
    try {
      const { again } = await database.sql.begin(async (first) => {
        await beginFor(first, '111111111111111111');
        // Of somebody else, whose count nobody has locked.
        const delivery = beginFor(other, '222222222222222222').execute();
        await waitForLock(database);
        return { again: delivery };
      });
      expect(await call(again)).toEqual({ first: false, response: null, retry_at: null });
    } finally {
      await other.end({ timeout: 1 });
    }
  });

  test('beyond the limit are finished at once, however often they are delivered, and never completed later', async () => {
    const payload = { token: 'secret' };
    const beginAs = (interaction: string) =>
      call(database.sql<{ answer: { first: boolean; retry_at: string | null } }[]>`
        select public.begin_interaction(${interaction}, 'request', '111111111111111111',
          ${database.sql.json(payload)}) as answer`);
    const ids = Array.from({ length: 45 }, (_, index) => String(200_000_000_000_000_000n + BigInt(index)));
    const answers: Awaited<ReturnType<typeof beginAs>>[] = [];
    for (const interaction of ids) answers.push(await beginAs(interaction));
    const limited = ids.filter((_, index) => answers[index]?.retry_at);
    // Twenty in twenty seconds; a new window may begin meanwhile.
    expect(limited.length).toBeGreaterThanOrEqual(5);
    expect(answers.filter((answer) => answer?.retry_at === null).length).toBeGreaterThanOrEqual(20);
    expect(await beginAs(limited[0] ?? '')).toMatchObject({ first: false, retry_at: expect.any(String) });
    await database.sql`update platform.interactions set received_at = now() - interval '1 minute'`;
    const unfinished = await database.sql<
      { id: string }[]
    >`select id from public.list_unfinished_interactions(200)`;
    expect(unfinished.map(({ id }) => id).filter((id) => limited.includes(id))).toEqual([]);
    expect(unfinished).toHaveLength(ids.length - limited.length);
  });
});

describe('request cards', () => {
  test('the first message recorded counts, until it is replaced on purpose', async () => {
    const pia = await createPlayer(database, 'pia');
    const { id } = await requestCredits(database, pia, 5);
    const channel = '555555555555555555';
    const record = (message: string, replaces: string | null = null) =>
      call(database.sql<{ answer: { message_id: string } }[]>`
        select public.record_request_card(${id}, ${channel}, ${message}, ${replaces}) as answer`);
    const [one, two] = ['666666666666666661', '666666666666666662'];
    expect(await record(one)).toEqual({ channel_id: channel, message_id: one });
    expect(await record(two)).toEqual({ channel_id: channel, message_id: one });
    expect(await record(two, one)).toEqual({ channel_id: channel, message_id: two });
    expect(await call(database.sql`select public.get_request_card(${id}) as answer`)).toEqual({
      channel_id: channel,
      message_id: two,
    });
  });
});

test('a server keeps the omitted fields', async () => {
  const [first] = await database.sql`
    select public.upsert_guild('123456789012345678', 'Arena', '223456789012345678', null, '{"champion": "1"}') as guild`;
  const [second] = await database.sql`select public.upsert_guild('123456789012345678', 'New name') as guild`;
  expect(second?.guild).toEqual({ ...first?.guild, name: 'New name' });
});
