// Random operations of several sessions at once, against a model. Any order of them must give what the model expects.
//   LEDGER_OPERATIONS=100000 FUZZ_SEED=7 npx vitest run --project integration supabase/tests/credits/books/random
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '#dev/seed/random.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer } from '../../personas.ts';
import { changePolicy } from '../credit-stage.ts';

const operationCount = Number(process.env.LEDGER_OPERATIONS ?? 2_000);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const sessionCount = 6;
const playerCount = 8;

let database: TestDatabase;
let sessions: postgres.Sql[];
const players: string[] = [];
let adminId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  adminId = (await createPlayer(database, 'ada', 'admin')).player_id;
  for (let n = 0; n < playerCount; n += 1) {
    players.push((await createPlayer(database, `player-${n}`)).player_id);
  }
  await changePolicy(database, { second_approval_above: null });
  sessions = Array.from({ length: sessionCount }, () =>
    postgres(database.url, { max: 1, onnotice: () => {} }),
  );
});
afterAll(async () => {
  await Promise.all(sessions.map((sql) => sql.end({ timeout: 1 })));
  await database.drop();
});

interface Transfer {
  id: string;
  kind: string;
  player_id: string;
  credit_type: string;
  amount: number;
  reversal_of: string | null;
}
interface Call {
  text: string;
  args: (string | number | Date | null)[];
}
/** Every transfer that a session was told of, by its id. */
const told = new Map<string, Transfer>();
const answers = { moved: 0, replayed: 0, refused: 0 };
const refusals = new Set(['DS409', 'DS400', 'DS404']);

async function run(sql: postgres.Sql, { text, args }: Call): Promise<Transfer | null> {
  try {
    const [row] = await sql.unsafe<{ answer: { transfer: Transfer; replayed: boolean } }[]>(
      `select public.${text} as answer`,
      args,
    );
    const { transfer, replayed } = row?.answer ?? {};
    if (!transfer) return null;
    answers[replayed ? 'replayed' : 'moved'] += 1;
    // The same key always gives the same transfer, and a new one is told of once.
    if (replayed) expect(told.get(transfer.id)).toMatchObject({ amount: transfer.amount });
    else expect(told.has(transfer.id)).toBe(false);
    told.set(transfer.id, transfer);
    return transfer;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || !refusals.has(error.code)) throw error;
    answers.refused += 1;
    return null;
  }
}

function chooseCall(random: Random, key: string, holds: string[], movements: string[]): Call {
  const player = random.pick(players);
  const type = random.pick(['ai', 'ai', 'lead']);
  const amount = random.between(1, 60);
  const kind = random.between(1, 100);
  const hold = holds[random.between(0, holds.length - 1)];
  const movement = movements[random.between(0, movements.length - 1)];
  if (kind <= 15)
    return { text: 'hold_credits($1, $2, $3, $4, $5)', args: [player, type, amount, 'An order', key] };
  if (kind <= 35)
    return { text: 'spend_credits($1, $2, $3, $4, $5)', args: [player, type, amount, 'An order', key] };
  if (kind <= 55 && hold) {
    const ending = random.pick(['capture', 'release']);
    const part = random.isLikely(0.5) ? random.between(1, 30) : null;
    return { text: 'end_credit_hold($1, $2, $3, $4)', args: [hold, ending, key, part] };
  }
  if (kind <= 63 && movement) {
    return { text: 'reverse_credit_transfer($1, $2, $3, $4)', args: [movement, 'A mistake', key, adminId] };
  }
  if (kind <= 68) {
    return {
      text: 'revoke_credits($1, $2, $3, $4, $5, $6)',
      args: [player, type, amount, 'Unused', key, adminId],
    };
  }
  const isShort = random.isLikely(0.3);
  const until = isShort ? new Date(Date.now() + random.between(20, 400)) : null;
  return {
    text: 'grant_credits($1, $2, $3, $4, $5, $6, $7)',
    args: [player, type, amount, 'A bonus', key, until, adminId],
  };
}

async function play(sql: postgres.Sql, index: number, count: number): Promise<void> {
  const random = createRandom(seed * 1_000 + index);
  const holds: string[] = [];
  const movements: string[] = [];
  let last: Call | undefined;
  for (let step = 0; step < count; step += 1) {
    if (random.isLikely(0.03)) await sql`select credits.expire_lots()`;
    const isRepeated = last !== undefined && random.isLikely(0.05);
    const call: Call = isRepeated && last ? last : chooseCall(random, `${index}-${step}`, holds, movements);
    const transfer = await run(sql, call);
    last = call;
    if (transfer?.kind === 'hold') holds.push(transfer.id);
    if (transfer?.kind === 'grant' || transfer?.kind === 'spend') movements.push(transfer.id);
  }
}

/** What a transfer changes: what is available, and what is held. */
function change({ kind, amount, reversal_of: origin }: Transfer): [number, number] {
  switch (kind) {
    case 'grant':
      return [amount, 0];
    case 'spend':
    case 'revoke':
    case 'expire':
      return [-amount, 0];
    case 'hold':
      return [-amount, amount];
    case 'release':
      return [amount, -amount];
    case 'capture':
      return [0, -amount];
    default:
      return [told.get(origin ?? '')?.kind === 'spend' ? amount : -amount, 0];
  }
}

test(`${operationCount} random operations of ${sessionCount} sessions leave what the model expects (seed ${seed})`, async () => {
  const started = performance.now();
  await Promise.all(sessions.map((sql, index) => play(sql, index, Math.ceil(operationCount / sessionCount))));
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  if (operationCount > 2_000) console.log(`${operationCount} operations in ${seconds} s`, answers);
  const stored = await database.sql<Transfer[]>`
      select id, kind, player_id, credit_type, amount::int, reversal_of from public.credit_transfers`;
  // Nothing was written that nobody was told of, but for what the sweep expired.
  const expired = stored.filter(({ kind }) => kind === 'expire');
  expect(stored.length).toBe(told.size + expired.length);
  expect(answers.moved).toBe(told.size);
  expect(Math.min(answers.replayed, answers.refused, expired.length)).toBeGreaterThan(0);
  const expected = new Map<string, [number, number]>();
  for (const transfer of [...told.values(), ...expired]) {
    const owner = `${transfer.player_id} ${transfer.credit_type}`;
    const [available, held] = expected.get(owner) ?? [0, 0];
    const [more, hold] = change(transfer);
    expected.set(owner, [available + more, held + hold]);
  }
  const balances = await database.sql<{ owner: string; available: number; held: number }[]>`
      select player_id || ' ' || credit_type as owner,
        coalesce(sum(balance) filter (where kind = 'available'), 0)::int as available,
        coalesce(sum(balance) filter (where kind = 'held'), 0)::int as held
      from public.credit_accounts where player_id is not null group by 1`;
  for (const { owner, available, held } of balances) {
    expect({ owner, available, held }).toEqual({
      owner,
      available: expected.get(owner)?.[0] ?? 0,
      held: expected.get(owner)?.[1] ?? 0,
    });
  }
  const [books] = await database.sql`select credits.check_books() as made`;
  expect(books?.made).toMatchObject({ problem_count: 0, transfer_count: stored.length });
}, 3_600_000);
