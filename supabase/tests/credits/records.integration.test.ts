// What each command leaves behind: audit, events, messages, its stored key, and its counted attempt.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, runAs } from '../personas.ts';

let database: TestDatabase;
/** Readable names for ids, in order of appearance. */
const names = new Map<string, string>();
beforeAll(async () => {
  database = await createTestDatabase();
  for (const [name, role] of [
    ['pia', 'player'],
    ['max', 'manager'],
    ['ada', 'admin'],
    ['ann', 'admin'],
  ] as const) {
    const { player_id } = await createPlayer(database, name, role);
    names.set(player_id, name);
  }
});
afterAll(() => database.drop());

function findId(name: string): string {
  const [id] = [...names].find(([, known]) => known === name) ?? [];
  if (!id) throw new Error(`Nobody and nothing is called ${name}.`);
  return id;
}

/** A line without ids and times, with its fields in order. */
function describe(row: object): string {
  return JSON.stringify(row)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => names.get(id) ?? 'another id')
    .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"a time"')
    .replace(/"/g, '');
}

async function nameRows(): Promise<void> {
  const rows = await database.sql<{ id: string; name: string }[]>`
    select id, 'request ' || row_number() over (order by created_at) as name from public.credit_requests
    union all
    select id, kind || ' ' || row_number() over (partition by kind order by created_at) from public.credit_transfers`;
  for (const { id, name } of rows) names.set(id, name);
}

async function listRecords(): Promise<Record<string, string[]>> {
  await nameRows();
  const { sql } = database;
  const lists = {
    audit: await sql`
      select action, subject, subject_id, actor_id, source, before, after from public.audit_log
      where action not like 'profile.%' order by occurred_at`,
    events: await sql`select name, data from platform.outbox where name like 'credits/%' order by seq`,
    memory: await sql`
      select command, actor_id, idempotency_key, arguments from platform.command_results order by created_at`,
    messages: await sql`
      select topic, event, private from realtime.messages where event ~ '^(request|balance)' order by inserted_at, topic`,
    attempts: await sql`select bucket, hits from platform.rate_limits order by bucket, window_seconds`,
  };
  return Object.fromEntries(Object.entries(lists).map(([name, rows]) => [name, rows.map(describe)]));
}

/** Runs a command twice, the second time as a replay, and returns its result and the new rows. */
async function observe(command: string, args: (string | number | null)[]): Promise<string[]> {
  await database.sql`delete from platform.rate_limits`;
  const before = await listRecords();
  const run = async () => {
    const [row] = await runAs(database, 'service_role', (transaction) =>
      transaction.unsafe(`select public.${command} as answer`, args),
    );
    return row?.answer;
  };
  const answer = await run();
  const after = await listRecords();
  expect(await run()).toEqual({ ...answer, replayed: true });
  expect(await listRecords()).toEqual(after);
  const news = Object.entries(after).flatMap(([name, lines]) =>
    lines
      .slice(name === 'attempts' ? 0 : before[name]?.length)
      .map((line) => `${name} ${line}`)
      .sort(),
  );
  return [`answer ${describe(answer)}`, ...news];
}

const request = (amount: number, key: string) =>
  observe("request_credits('ai', $1, $2, $3, $4, 'discord')", [amount, `For ${key}`, key, findId('pia')]);
const decide = (by: string, name: string, decision: string, key: string) =>
  observe("decide_credit_request($1, $2, '  Fine.  ', $3, $4, 'discord')", [
    findId(name),
    decision,
    key,
    findId(by),
  ]);
const grant = (amount: number, key: string) =>
  observe("grant_credits($1, 'ai', $2, ' Well  earned ', $3, '2999-01-01', $4, 'discord')", [
    findId('pia'),
    amount,
    key,
    findId('ada'),
  ]);
const reverse = (name: string, key: string) =>
  observe("reverse_credit_transfer($1, 'A mistake', $2, $3, 'discord')", [findId(name), key, findId('ada')]);
const take = (how: string, amount: number, key: string) =>
  observe(`${how}_credits($1, 'ai', $2, 'An order', $3, 'discord')`, [findId('pia'), amount, key]);
const end = (ending: string, amount: number | null, key: string) =>
  observe("end_credit_hold($1, $2, $3, $4, 'discord')", [findId('hold 1'), ending, key, amount]);

test('each command matches its recorded results', async () => {
  const seen: Record<string, string[]> = {};
  seen.request = await request(501, 'k1');
  seen.first = await decide('max', 'request 1', 'approve', 'k2');
  seen.second = await decide('ada', 'request 1', 'approve', 'k3');
  await request(5, 'k4');
  seen.reject = await decide('max', 'request 2', 'reject', 'k5');
  await request(6, 'k6');
  seen.cancel = await observe("cancel_credit_request($1, $2, $3, 'discord')", [
    findId('request 3'),
    'k7',
    findId('pia'),
  ]);
  seen.grant = await grant(500, 'k8');
  seen.propose = await grant(1, 'k9');
  seen.confirm = await decide('ann', 'request 4', 'approve', 'k10');
  seen.spend = await take('spend', 3, 'k11');
  seen.hold = await take('hold', 10, 'k12');
  seen.capture = await end('capture', 4, 'k13');
  seen.release = await end('release', null, 'k14');
  seen.reverse = await reverse('spend 1', 'k15');
  seen.proposeReversal = await reverse('grant 2', 'k16');
  seen.confirmReversal = await decide('ann', 'request 5', 'approve', 'k17');
  const text = Object.entries(seen).map(([step, lines]) => [`# ${step}`, ...lines].join('\n'));
  await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('records.txt');
});
