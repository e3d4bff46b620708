// Bulk decisions race with each other and with everything else that locks requests or accounts: nothing
// deadlocks, every request is decided once, and the books balance.
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { waitForLock } from '../wait-for-lock.ts';
import { decideInBulk, listOutcomes, undoBulk } from './bulk-stage.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let other: postgres.Sql;
let players: Player[];
let max: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  other = postgres(database.url, { max: 1, onnotice: () => {} });
  players = [];
  for (const name of ['ann', 'ben', 'cem', 'dee', 'eve', 'fay', 'gus', 'hal'])
    players.push(await createPlayer(database, name));
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
  await database.sql`update platform.attempt_limits set limit_count = 100000`;
});
afterEach(async () => {
  await other.end({ timeout: 1 });
  await database.drop();
});

async function askAll(amount = 10): Promise<string[]> {
  const ids: string[] = [];
  for (const player of players) ids.push((await requestCredits(database, player, amount)).id);
  return ids;
}

/** Each request with the number of its final decisions and payments, and whether the ledger sums to zero. */
async function readBooks(): Promise<{ decisions: number[]; isBalanced: boolean }> {
  const rows = await database.sql<{ final_count: number; paid_count: number; is_approved: boolean }[]>`
    select request.state = 'approved' as is_approved,
      (select count(*)::int from public.credit_decisions as word
       where word.request_id = request.id and word.is_final) as final_count,
      (select count(*)::int from public.credit_transfers as paid
       where paid.request_id = request.id and paid.kind = 'grant') as paid_count
    from public.credit_requests as request`;
  for (const { is_approved, paid_count } of rows) expect(paid_count).toBe(is_approved ? 1 : 0);
  const [entries] = await database.sql<{ total: number }[]>`
    select coalesce(sum(amount), 0)::int as total from public.credit_entries`;
  return { decisions: rows.map(({ final_count }) => final_count), isBalanced: entries?.total === 0 };
}

test('two managers who decide the same requests in opposite order both finish, and each request is decided once', async () => {
  for (let round = 0; round < 3; round += 1) {
    const ids = await askAll();
    const answers = await Promise.all([
      decideInBulk(database, max, ids),
      decideInBulk(database, ada, [...ids].reverse(), { decision: 'reject' }),
    ]);
    const outcomes = answers.map(listOutcomes);
    expect(outcomes.map((all) => new Set(all).size)).toEqual([1, 1]);
    expect(outcomes.flat().filter((outcome) => outcome === 'request_already_decided')).toHaveLength(
      ids.length,
    );
  }
  const { decisions, isBalanced } = await readBooks();
  expect(new Set(decisions)).toEqual(new Set([1]));
  expect(isBalanced).toBe(true);
});

test('the loser of a race is told who won', async () => {
  const ids = await askAll();
  const { second } = await database.sql.begin(async (sql) => {
    await sql`select public.bulk_decide_credit_requests(${ids}::uuid[], 'approve', '', 'continue', 'k', false, ${max.player_id})`;
    const waiting = decideInBulk({ ...database, sql: other }, ada, ids);
    await waitForLock(database);
    return { second: waiting };
  });
  const [lost] = (await second).results;
  expect(lost?.refusal?.message).toBe('\u2068max\u2069 has already approved this request.');
});

test('a request that is cancelled meanwhile is refused; one that is decided cannot be cancelled', async () => {
  const ids = await askAll();
  const [player] = players;
  const { deciding } = await database.sql.begin(async (sql) => {
    await sql`select public.cancel_credit_request(${ids[0] ?? ''}, 'c', ${player?.player_id ?? ''})`;
    const waiting = decideInBulk({ ...database, sql: other }, max, ids);
    await waitForLock(database);
    return { deciding: waiting };
  });
  expect(listOutcomes(await deciding).slice(0, 2)).toEqual(['request_cancelled', 'approved']);
});

test('a single decision for a player of the bulk does not deadlock with it', async () => {
  const ids = await askAll();
  const [player] = players;
  if (!player) throw new Error('There is no player.');
  const single = await requestCredits(database, player, 5);
  const { decided } = await database.sql.begin(async (sql) => {
    // The player's account comes last in the list; the system's account is used from the first one on.
    await sql`select public.bulk_decide_credit_requests(
      ${[...ids].reverse()}::uuid[], 'approve', '', 'continue', 'k', false, ${max.player_id})`;
    const waiting = decideRequest({ ...database, sql: other }, ada, single.id);
    await waitForLock(database);
    return { decided: waiting };
  });
  expect((await decided).request.state).toBe('approved');
});

test('everything at once: bulks in every order, single decisions, cancellations, spends, undos, the sweep', async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const unexpected: string[] = [];
  const note = async (work: Promise<unknown>) => {
    const code = await readRefusal(work);
    if (code !== null && /^[0-9A-Z]{5}$/.test(code)) unexpected.push(code);
  };
  for (let round = 0; round < 6; round += 1) {
    const ids = (await askAll(10 + round)).concat(await askAll(30 + round));
    await database.sql`update public.credit_requests set remind_at = now() where state = 'pending'`;
    const shuffle = () =>
      ids
        .map((id) => ({ id, key: random(1_000) }))
        .sort((a, b) => a.key - b.key)
        .map(({ id }) => id);
    const bulk = async (by: Player, mode: string) => {
      const { bulk_id } = await decideInBulk(database, by, shuffle(), {
        mode,
        decision: random(3) ? 'approve' : 'reject',
      });
      if (random(2)) await undoBulk(database, by, bulk_id);
    };
    const works = [
      ...['continue', 'stop_at_first', 'all_or_nothing'].flatMap((mode) => [
        bulk(max, mode),
        bulk(ada, mode),
      ]),
      ...shuffle()
        .slice(0, 4)
        .map((id) => decideRequest(database, random(2) ? max : ada, id)),
      ...players
        .slice(0, 4)
        .map(
          (player, index) =>
            database.sql`select public.cancel_credit_request(${ids[index] ?? ''}, ${randomUUID()}, ${player.player_id})`,
        ),
      ...players.map(
        (player) =>
          database.sql`select public.spend_credits(${player.player_id}, 'ai', 3, 'An order', ${randomUUID()})`,
      ),
      database.sql`select credits.expire_credit_requests()`,
      database.sql`select credits.expire_lots()`,
    ];
    await Promise.all(works.map((work) => note(Promise.resolve(work))));
    await database.sql`
      update public.credit_requests set state = 'cancelled', closed_at = now() where state = 'pending'`;
  }
  expect(unexpected).toEqual([]);
  expect(Math.max(...(await readBooks()).decisions)).toBe(1);
  expect((await readBooks()).isBalanced).toBe(true);
}, 60_000);
