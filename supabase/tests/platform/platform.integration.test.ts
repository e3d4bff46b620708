import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { apiScopes } from '#domain/integrations/api-scopes.ts';
import { requestCredits } from '../credits/credit-stage.ts';
import { createPlayer } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

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

  test('belong to a source that may have several keys', async () => {
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
