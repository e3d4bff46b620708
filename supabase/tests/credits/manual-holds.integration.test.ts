import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let ada: Player;
let max: Player;
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  ada = await createPlayer(database, 'ada', 'admin');
  max = await createPlayer(database, 'max', 'manager');
});
afterAll(() => database.drop());
beforeEach(async () => {
  pia = await createPlayer(database, `pia${randomUUID().slice(0, 8)}`);
  await database.sql`select public.grant_credits(${pia.player_id}, 'ai', 100, 'gift', ${randomUUID()}, null, ${ada.player_id})`;
});

async function call(persona: Persona, statement: string) {
  const [row] = await runAs(database, persona, (sql) => sql.unsafe(`select public.${statement} as answer`));
  return row?.answer;
}
const hold = (persona: Persona, amount: number, key: string = randomUUID(), player = pia) =>
  call(persona, `hold_credits_manually('${player.player_id}', 'ai', ${amount}, 'In dispute', '${key}')`);
const end = (persona: Persona, id: string, ending: string, key: string = randomUUID()) =>
  call(persona, `end_hold_manually('${id}', '${ending}', 'Settled', '${key}')`);
const listHolds = (persona: Persona) => call(persona, `list_open_holds('${pia.player_id}')`);

test('an admin holds credits and releases them, once for each key, and both acts are audited with their reason', async () => {
  const made = await hold(ada, 60, 'k1');
  expect(made.balances.ai).toMatchObject({ available: 40, held: 60 });
  expect((await hold(ada, 60, 'k1')).replayed).toBe(true);
  expect(await listHolds(max)).toMatchObject([
    { hold_id: made.transfer.id, open_amount: 60, reason: 'In dispute' },
  ]);
  expect((await end(ada, made.transfer.id, 'release', 'k2')).balances.ai).toMatchObject({
    available: 100,
    held: 0,
  });
  expect((await end(ada, made.transfer.id, 'release', 'k2')).replayed).toBe(true);
  expect(await listHolds(max)).toEqual([]);
  const audit = await database.sql`
    select action, after ->> 'reason' as reason, actor_id from public.audit_log
    where subject_id = ${pia.player_id} and action like 'credit_hold.%' order by occurred_at`;
  expect([...audit]).toEqual([
    { action: 'credit_hold.made', reason: 'In dispute', actor_id: ada.player_id },
    { action: 'credit_hold.ended', reason: 'Settled', actor_id: ada.player_id },
  ]);
});

test('a hold that the product made can be captured by hand', async () => {
  const [row] = await database.sql`
    select public.hold_credits(${pia.player_id}, 'ai', 30, 'order', ${randomUUID()}) -> 'transfer' ->> 'id' as id`;
  expect((await end(ada, String(row?.id), 'capture')).balances.ai).toMatchObject({ available: 70, held: 0 });
  expect(await readRefusal(end(ada, String(row?.id), 'capture'))).toBe('hold_ended');
});

test('only admins hold and release, and never their own credits while somebody else could', async () => {
  const made = await hold(ada, 10);
  for (const persona of [pia, max]) {
    expect(await readRefusal(hold(persona, 10))).toBe('admin_only');
    expect(await readRefusal(end(persona, made.transfer.id, 'release'))).toBe('admin_only');
  }
  expect(await readRefusal(hold(ada, 10, randomUUID(), ada))).toBe('own_hold');
  expect(await readRefusal(hold(ada, 101))).toBe('credits_insufficient');
  expect(await readRefusal(end(ada, randomUUID(), 'release'))).toBe('hold_not_found');
  expect(await readRefusal(end(ada, made.transfer.id, 'keep'))).toBe('ending_invalid');
});

test('players see their own holds only', async () => {
  await hold(ada, 10);
  const quinn = await createPlayer(database, `quinn${randomUUID().slice(0, 8)}`);
  expect(await listHolds(pia)).toHaveLength(1);
  expect(await listHolds(quinn)).toEqual([]);
});
