import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
  await grant(60, new Date(Date.now() + 3_600_000));
  await grant(40, null);
});
afterEach(() => database.drop());

interface Answer {
  transfer: { id: string };
  balances: { ai: { available: number; held: number } };
  replayed: boolean;
}
async function run(statement: Promise<readonly { answer?: Answer }[]>): Promise<Answer> {
  const [row] = await statement;
  if (!row?.answer) throw new Error('No answer came.');
  return row.answer;
}

function grant(amount: number, expires_at: Date | null): Promise<Answer> {
  return run(database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', ${amount}, 'gift', ${randomUUID()}, ${expires_at}, ${ada.player_id})
      as answer`);
}
function hold(amount: number, key: string = randomUUID()): Promise<Answer> {
  return run(
    database.sql`select public.hold_credits(${pia.player_id}, 'ai', ${amount}, 'order', ${key}) as answer`,
  );
}
function end(
  id: string,
  ending: string,
  amount: number | null = null,
  key: string = randomUUID(),
): Promise<Answer> {
  return run(database.sql`select public.end_credit_hold(${id}, ${ending}, ${key}, ${amount}) as answer`);
}
function reverse(id: string, by: Player = ada): Promise<Answer> {
  return run(database.sql`
    select public.reverse_credit_transfer(${id}, 'mistake', ${randomUUID()}, ${by.player_id}) as answer`);
}
async function listLots() {
  const rows = await database.sql`select available::int, held::int from public.credit_lots order by id`;
  return rows.map(({ available, held }) => [available, held]);
}

test('held credits cannot be spent, and are then released or captured', async () => {
  const { transfer, balances } = await hold(70);
  expect(balances.ai).toEqual({ available: 30, held: 70 });
  expect(await listLots()).toEqual([
    [0, 60],
    [30, 10],
  ]);
  const spend = database.sql`select public.spend_credits(${pia.player_id}, 'ai', 31, 'x', 'k')`;
  expect(await readRefusal(spend)).toBe('credits_insufficient');
  expect((await end(transfer.id, 'capture', 50)).balances.ai).toEqual({ available: 30, held: 20 });
  expect((await end(transfer.id, 'release')).balances.ai).toEqual({ available: 50, held: 0 });
  expect(await listLots()).toEqual([
    [10, 0],
    [40, 0],
  ]);
  expect(await readRefusal(end(transfer.id, 'release'))).toBe('hold_ended');
});

test('a hold ends once, even in a race', async () => {
  const { transfer } = await hold(70);
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      readRefusal(end(transfer.id, index % 2 ? 'release' : 'capture')),
    ),
  );
  expect(results.filter((result) => result === null)).toHaveLength(1);
  expect(results.filter((result) => result === 'hold_ended')).toHaveLength(11);
});

test('partial endings never exceed the hold', async () => {
  const { transfer } = await hold(70);
  const results = await Promise.all(
    Array.from({ length: 10 }, () => readRefusal(end(transfer.id, 'capture', 20))),
  );
  expect(results.filter((result) => result === null)).toHaveLength(3);
  expect(new Set(results)).toEqual(new Set([null, 'hold_exceeded']));
});

test('a repeated key holds and ends once', async () => {
  const first = await hold(10, 'h');
  expect(await hold(10, 'h')).toEqual({ ...first, replayed: true });
  const ended = await end(first.transfer.id, 'capture', null, 'e');
  expect(await end(first.transfer.id, 'capture', null, 'e')).toEqual({ ...ended, replayed: true });
});

test.each([
  ['vanish', null, 'ending_invalid'],
  ['release', 0, 'amount_invalid'],
  ['release', -1, 'amount_invalid'],
])('ending by %s of %s is refused', async (ending, amount, expected) => {
  const { transfer } = await hold(10);
  expect(await readRefusal(end(transfer.id, ending, amount))).toBe(expected);
});

test('a reversed spend returns to where it came from, once', async () => {
  const spent = await run(database.sql`
    select public.spend_credits(${pia.player_id}, 'ai', 70, 'x', 'k') as answer`);
  const results = await Promise.all(Array.from({ length: 5 }, () => readRefusal(reverse(spent.transfer.id))));
  expect(results.filter((result) => result === null)).toHaveLength(1);
  expect(results.filter((result) => result === 'already_reversed')).toHaveLength(4);
  expect(await listLots()).toEqual([
    [60, 0],
    [40, 0],
  ]);
});

test('a grant is reversed only while its credits are unspent', async () => {
  const { transfer } = await grant(10, null);
  await hold(105);
  expect(await readRefusal(reverse(transfer.id))).toBe('credits_insufficient');
});

test('holds are not reversed, and only admins reverse', async () => {
  const { transfer } = await hold(5);
  expect(await readRefusal(reverse(transfer.id))).toBe('not_reversible');
  expect(await readRefusal(reverse(randomUUID()))).toBe('transfer_not_found');
  expect(await readRefusal(reverse(transfer.id, pia))).toBe('admin_only');
});
