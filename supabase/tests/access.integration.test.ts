import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { readers } from './access-matrix.ts';
import { createPlayer, type Persona, type Player, runAs } from './personas.ts';
import { readRefusal } from './read-refusal.ts';

let database: TestDatabase;
let people: Record<'player' | 'manager' | 'admin' | 'other', Player>;
const denied = '42501';

beforeAll(async () => {
  database = await createTestDatabase();
  people = {
    player: await createPlayer(database, 'pia'),
    other: await createPlayer(database, 'quinn'),
    manager: await createPlayer(database, 'max', 'manager'),
    admin: await createPlayer(database, 'ada', 'admin'),
  };
  const second = await createPlayer(database, 'ann', 'admin');
  for (const [name, { player_id }] of Object.entries(people)) {
    await database.sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      values (${player_id}, ${`11111111111111111${Object.keys(people).indexOf(name)}`}, ${name})`;
    await database.sql`select public.request_credits('ai', 10, 'For a test', 'k', ${player_id})`;
    const granter = name === 'admin' ? second : people.admin;
    await database.sql`
      select public.grant_credits(${player_id}, 'ai', 5, 'gift', ${name}, null, ${granter.player_id})`;
  }
  await database.sql`select public.upsert_guild('123456789012345678', 'Arena')`;
  for (const { player_id } of Object.values(people)) {
    await database.sql`
      insert into public.member_roles (guild_id, player_id, discord_user_id)
      select '123456789012345678', player_id, discord_user_id from public.discord_links where player_id = ${player_id}`;
  }
  const [request] = await database.sql<{ id: string }[]>`
    select id from public.credit_requests where player_id = ${people.player.player_id}`;
  await database.sql`
    select public.decide_credit_request(${request?.id ?? ''}, 'approve', null, 'd', ${people.manager.player_id})`;
});
afterAll(() => database.drop());

const personaNames = ['anon', 'player', 'manager', 'admin', 'service_role'] as const;
type PersonaName = (typeof personaNames)[number];
function findPersona(name: PersonaName): Persona {
  return name === 'anon' || name === 'service_role' ? name : people[name];
}
function attempt(persona: PersonaName, statement: string): Promise<string | null> {
  return readRefusal(runAs(database, findPersona(persona), (transaction) => transaction.unsafe(statement)));
}

test('every table is listed', async () => {
  const tables = await database.sql<{ name: string }[]>`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`;
  expect(tables.map(({ name }) => name).sort()).toEqual(Object.keys(readers).sort());
});

describe.each(Object.entries(readers))('%s', (table, allowed) => {
  test.each(personaNames)('is read by %s as listed', async (persona) => {
    const isAllowed = allowed.some((name) => name === persona);
    expect(await attempt(persona, `select id_of.* from (select 1) as id_of, public.${table} limit 0`)).toBe(
      isAllowed ? null : denied,
    );
  });

  test.each(personaNames)('cannot be written by %s', async (persona) => {
    expect(await attempt(persona, `insert into public.${table} default values`)).toBe(denied);
    expect(await attempt(persona, `delete from public.${table}`)).toBe(denied);
    expect(await attempt(persona, `truncate public.${table} cascade`)).toBe(denied);
    const [column] = await database.sql<{ name: string }[]>`
      select attname::text as name from pg_attribute
      where attrelid = ${`public.${table}`}::regclass and attnum > 0 and attidentity = '' and not attisdropped
      order by attnum limit 1`;
    expect(await attempt(persona, `update public.${table} set ${column?.name} = ${column?.name}`)).toBe(
      denied,
    );
  });
});

async function countRows(persona: PersonaName, table: string): Promise<number> {
  const rows = await runAs(database, findPersona(persona), (transaction) =>
    transaction.unsafe<{ row_count: number }[]>(`select count(*)::int as row_count from public.${table}`),
  );
  return rows[0]?.row_count ?? -1;
}

test.each([
  ['discord_links', 1, 4],
  ['credit_requests', 1, 4],
  ['credit_lots', 2, 5],
  ['credit_transfers', 2, 5],
  ['credit_entries', 2, 10],
  ['credit_decisions', 1, 1],
  ['member_roles', 1, 4],
  ['guilds', 0, 1],
])('%s: a player sees %i rows, a manager %i', async (table, ownCount, allCount) => {
  expect(await countRows('player', table)).toBe(ownCount);
  expect(await countRows('manager', table)).toBe(allCount);
  expect(await countRows('admin', table)).toBe(allCount);
  expect(await countRows('service_role', table)).toBe(allCount);
});

test('the audit log is for admins', async () => {
  expect(await countRows('player', 'audit_log')).toBe(0);
  expect(await countRows('manager', 'audit_log')).toBe(0);
  expect(await countRows('admin', 'audit_log')).toBeGreaterThan(0);
});

describe('profiles', () => {
  test('hidden and anonymous players are visible to themselves and to managers only', async () => {
    await database.sql`update public.profiles set visibility = 'hidden' where id = ${people.other.player_id}`;
    await database.sql`update public.profiles set visibility = 'anonymous' where id = ${people.player.player_id}`;
    expect(await countRows('anon', 'profiles')).toBe(3);
    expect(await countRows('player', 'profiles')).toBe(4);
    expect(await countRows('manager', 'profiles')).toBe(5);
    await database.sql`update public.profiles set visibility = 'public'`;
  });

  test.each(['user_id', 'role', 'locale', 'time_zone'])('%s is not for other players', async (column) => {
    expect(await attempt('anon', `select ${column} from public.profiles`)).toBe(denied);
    expect(await attempt('player', `select ${column} from public.profiles`)).toBe(denied);
  });
});

test.each(['anon', 'player', 'manager', 'admin'] as const)(
  'the author of a score rule is hidden from %s',
  async (persona) => {
    expect(await attempt(persona, 'select created_by from public.score_rules')).toBe(denied);
    expect(await attempt(persona, 'select metric, points_per_unit from public.score_rules')).toBeNull();
    expect(await attempt(persona, 'select public.list_score_rules()')).toBeNull();
  },
);

test.each([
  'platform.outbox',
  'integrations.api_keys',
  'identity.discord_tokens',
  'platform.interactions',
  'platform.command_results',
  'platform.rate_limits',
  'platform.attempt_limits',
  'platform.audit_chain',
  'platform.workflow_runs',
  'platform.workflow_steps',
  'credits.credit_lot_uses',
  'credits.request_summaries',
])('%s is closed to every key', async (table) => {
  for (const persona of personaNames) expect(await attempt(persona, `select from ${table}`)).toBe(denied);
});

test.each([
  'public.claim_outbox_events(1)',
  "public.record_workflow_reports('[]')",
  "public.verify_api_key('x')",
  "public.count_attempt('search', 'x')",
  "public.get_request_summary('1')",
  "public.record_request_summary('1', '1')",
  "public.record_request_notice(gen_random_uuid(), 'closed')",
  "public.record_refused_attempt('read_player', 'manager_only', 'k', 'web', null, gen_random_uuid())",
  "public.find_player_by_discord('1')",
  "public.plan_role_changes('1')",
  "public.get_discord_tokens('1')",
  "public.spend_credits(gen_random_uuid(), 'ai', 1, 'x', 'x')",
  'public.verify_audit_chain()',
  "identity.custom_access_token_hook('{}')",
  "identity.before_user_created_hook('{}')",
])('%s is not for clients', async (call) => {
  for (const persona of ['anon', 'player', 'admin'] as const) {
    expect(await attempt(persona, `select ${call}`)).toBe(denied);
  }
});

test('a visitor can run no command', async () => {
  expect(await attempt('anon', "select public.request_credits('ai', 1, 'For me', 'k')")).toBe(denied);
  expect(await attempt('anon', 'select public.get_own_profile()')).toBe(denied);
});

test('only the service acts for another player', async () => {
  const { player_id } = people.other;
  const call = `select public.request_credits('ai', 1, 'For me', 'other', '${player_id}')`;
  expect(await attempt('player', call)).toBe('acting_for_another');
  expect(await attempt('admin', call)).toBe('acting_for_another');
  expect(await attempt('service_role', call)).toBeNull();
});

test('a role claim in the token grants nothing', async () => {
  const refusal = await readRefusal(
    database.sql.begin(async (transaction) => {
      const claims = { role: 'service_role', sub: people.player.user_id, user_role: 'admin' };
      await transaction`select set_config('role', 'authenticated', true),
        set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
      await transaction`select public.grant_credits(${people.player.player_id}, 'ai', 5, 'mine', 'x')`;
    }),
  );
  expect(refusal).toBe('admin_only');
});
