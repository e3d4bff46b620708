// The smallest and largest amounts, exact bounds, and what the functions below the commands refuse
// themselves.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { changePolicy } from './credit-stage.ts';

let database: TestDatabase;
let ada: Player;
/** A new player in each test. */
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  ada = await createPlayer(database, 'ada', 'admin');
  await changePolicy(database, { second_approval_above: null });
  await database.sql`update platform.attempt_limits set limit_count = 100000`;
});
beforeEach(async () => {
  pia = await createPlayer(database, `pia${randomUUID().slice(0, 8)}`);
});
afterAll(() => database.drop());

async function call<Result>(
  statement: string,
  args: (string | number | Date | null)[] = [],
): Promise<Result> {
  const [row] = await database.sql.unsafe<{ answer: Result }[]>(`select ${statement} as answer`, args);
  if (!row) throw new Error('No answer came.');
  return row.answer;
}
interface Answer {
  transfer: { id: string; idempotency_key: string; reason: string | null };
}
const grant = (
  amount: number | null,
  expires_at: Date | null = null,
  type = 'ai',
  player_id = pia.player_id,
) =>
  call<Answer>('public.grant_credits($1, $2, $3, $4, $5, $6, $7)', [
    player_id,
    type,
    amount,
    'gift',
    randomUUID(),
    expires_at,
    ada.player_id,
  ]);
const spend = (amount: number | null, reason = 'use', type = 'ai', player_id = pia.player_id) =>
  call<Answer>('public.spend_credits($1, $2, $3, $4, $5)', [player_id, type, amount, reason, randomUUID()]);
const hold = (amount: number) =>
  call<Answer>("public.hold_credits($1, 'ai', $2, 'order', $3)", [pia.player_id, amount, randomUUID()]);
const end = (hold_id: string, ending: string | null, amount: number | null = null) =>
  call<Answer>('public.end_credit_hold($1, $2, $3, $4)', [hold_id, ending, randomUUID(), amount]);
const reverse = (id: string) =>
  call<Answer>("public.reverse_credit_transfer($1, 'mistake', $2, $3)", [id, randomUUID(), ada.player_id]);
async function listLots(): Promise<number[][]> {
  const rows = await database.sql`
    select available::int, held::int from public.credit_lots where player_id = ${pia.player_id} order by id`;
  return rows.map(({ available, held }) => [available, held]);
}
const inAnHour = () => new Date(Date.now() + 3_600_000);

test('one credit is granted, held, captured, released, spent and taken back', async () => {
  const granted = await grant(1);
  await end((await hold(1)).transfer.id, 'release');
  await reverse((await spend(1)).transfer.id);
  expect(await listLots()).toEqual([[1, 0]]);
  await reverse(granted.transfer.id);
  await grant(1, inAnHour());
  await grant(1);
  await end((await hold(1)).transfer.id, 'capture', 1);
  expect(await listLots()).toEqual([
    [0, 0],
    [0, 0],
    [1, 0],
  ]);
  await spend(1);
  expect(await readRefusal(spend(1))).toBe('credits_insufficient');
});

test('a hold over two lots ends credit by credit, starting with the first lot', async () => {
  await grant(2, inAnHour());
  await grant(3);
  const { transfer } = await hold(4);
  const other = await hold(1);
  await end(transfer.id, 'release', 2);
  expect(await listLots()).toEqual([
    [2, 0],
    [0, 3],
  ]);
  await end(transfer.id, 'release', 1);
  expect(await listLots()).toEqual([
    [2, 0],
    [1, 2],
  ]);
  expect(await readRefusal(end(transfer.id, 'capture', 2))).toBe('hold_exceeded');
  await end(transfer.id, 'capture', 1);
  expect(await readRefusal(end(transfer.id, 'capture', 1))).toBe('hold_ended');
  await end(other.transfer.id, 'release');
  expect(await listLots()).toEqual([
    [2, 0],
    [2, 0],
  ]);
});

test.each([
  [null, 'ai', 'amount_invalid'],
  [0, 'ai', 'amount_invalid'],
  [1_000_000_001, 'ai', 'amount_invalid'],
  [1_000_000_000, 'ai', null],
  [1, 'gold', 'credit_type_unknown'],
  [1, 'lead', null],
])('%s %s are granted and spent, or refused as %s', async (amount, type, refusal) => {
  expect(await readRefusal(grant(amount, null, type))).toBe(refusal);
  expect(await readRefusal(spend(amount, 'use', type))).toBe(refusal);
});

test('a player who does not exist neither gets nor loses anything', async () => {
  expect(await readRefusal(grant(1, null, 'ai', randomUUID()))).toBe('player_not_found');
  expect(await readRefusal(spend(1, 'use', 'ai', randomUUID()))).toBe('player_not_found');
  expect(await readRefusal(end(randomUUID(), 'release'))).toBe('hold_not_found');
  const { transfer } = await grant(1);
  expect(await readRefusal(end(transfer.id, 'release'))).toBe('hold_not_found');
  expect(await readRefusal(end(transfer.id, null))).toBe('ending_invalid');
});

test("a transfer without an actor is stored under the service's key, its reason cut to 500", async () => {
  const made = await call<Answer['transfer']>(
    "to_jsonb(credits.make_transfer('spend', $1, 'ai', 1, $2, 'k', null, 'api'))",
    [pia.player_id, ` ${'x'.repeat(501)} `],
  );
  expect(made).toMatchObject({ idempotency_key: 'spend:service:k', reason: 'x'.repeat(500) });
});

test('a transfer is reversed once, and returns no more than it took, whoever calls', async () => {
  const { transfer } = await grant(5);
  await reverse(transfer.id);
  const work = database.sql`
    select credits.reverse_transfer(jsonb_populate_record(null::public.credit_transfers,
      to_jsonb(origin) || jsonb_build_object('reversal_of', origin.id)))
    from public.credit_transfers as origin where origin.id = ${transfer.id}`;
  expect(await readRefusal(work)).toBe('already_reversed');
  await grant(2);
  const small = await spend(2);
  await grant(3);
  const large = await spend(3);
  const give = call('credits.give_back_to_lots($1, $2, false, false)', [
    large.transfer.id,
    small.transfer.id,
  ]);
  await expect(give).rejects.toThrow('1 credits less from lots than it gives back');
});

test('lots expire at their time and not before, for one player or all, and the player is notified', async () => {
  const quinn = await createPlayer(database, `quinn${randomUUID().slice(0, 8)}`);
  const { transfer } = await grant(5, inAnHour());
  await grant(5, inAnHour());
  await grant(1, inAnHour(), 'ai', quinn.player_id);
  const counts = await database.sql.begin(async (sql) => {
    await sql`update public.credit_lots set expires_at = now()
      where transfer_id = ${transfer.id} or player_id = ${quinn.player_id}`;
    await sql`delete from realtime.messages`;
    const sweep = async (player_id: string | null) => {
      const [row] = await sql<{ count: number }[]>`select credits.expire_lots(${player_id}) as count`;
      return row?.count;
    };
    return [await sweep(pia.player_id), await sweep(pia.player_id), await sweep(null), await sweep(null)];
  });
  expect(counts).toEqual([1, 0, 1, 0]);
  expect(await listLots()).toEqual([
    [0, 0],
    [5, 0],
  ]);
  const topics = await database.sql`select topic from realtime.messages where event = 'balance_changed'`;
  expect(topics.map(({ topic }) => topic).sort()).toEqual(
    [pia, quinn].map(({ player_id }) => `player:${player_id}`).sort(),
  );
});

test('a sweep expires 500 lots, and skips empty ones', async () => {
  await database.sql.begin(async (sql) => {
    await sql`
      select credits.grant_to_player(jsonb_populate_record(null::public.credit_transfers, jsonb_build_object(
        'player_id', ${pia.player_id}::uuid, 'credit_type', 'ai', 'amount', 1, 'idempotency_key', 'many:' || n)), now())
      from generate_series(1, 502) as n`;
    await sql`select credits.take_from_lots(credits.post_transfer(jsonb_populate_record(null::public.credit_transfers,
      jsonb_build_object('kind', 'spend', 'player_id', ${pia.player_id}::uuid, 'credit_type', 'ai', 'amount', 1,
        'idempotency_key', 'one')), 'available', 'spent'), false)`;
  });
  expect(await call('credits.expire_lots()')).toBe(500);
  expect(await call('credits.expire_lots()')).toBe(1);
});
