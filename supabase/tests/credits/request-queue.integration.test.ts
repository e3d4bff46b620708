import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { decideInBulk, undoBulk } from './bulk-stage.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

interface Queue {
  requests: {
    id: string;
    amount: number;
    requester: {
      balances: { ai: { available: number } };
      rank: number | null;
      earlier: Record<string, number>;
      latest: { id: string; state: string }[];
    } | null;
  }[];
  next_cursor: string | null;
  counts: Record<string, number>;
}

let database: TestDatabase;
let pia: Player;
let quinn: Player;
let max: Player;
let ada: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  quinn = await createPlayer(database, 'quinn');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
  await database.sql`update platform.attempt_limits set limit_count = 1000`;
  const rejected = await requestCredits(database, pia, 90);
  await decideRequest(database, max, rejected.id, { decision: 'reject' });
  await decideRequest(database, ada, (await requestCredits(database, pia, 80)).id);
  for (const amount of [10, 20, 30]) await requestCredits(database, pia, amount);
  for (const amount of [15, 25]) await requestCredits(database, quinn, amount);
  await database.sql`update public.profiles set display_name = 'Zoë Ölmann' where id = ${quinn.player_id}`;
});
afterAll(() => database.drop());

async function read(
  by: Persona,
  { state = 'pending' as string | null, filter = {}, after = null as string | null, rows = 30 } = {},
): Promise<Queue> {
  const [row] = await runAs(
    database,
    by,
    (sql) =>
      sql<{ queue: Queue }[]>`
        select public.list_request_queue(${state}, ${database.sql.json(filter)}, ${after}, ${rows}) as queue`,
  );
  if (!row) throw new Error('There is no queue.');
  return row.queue;
}
const listAmounts = ({ requests }: Queue) => requests.map(({ amount }) => amount);

test('pending requests are oldest first, all others newest first, with counts of each', async () => {
  const pending = await read(max);
  expect(listAmounts(pending)).toEqual([10, 20, 30, 15, 25]);
  expect(pending.counts).toEqual({ pending: 5, approved: 1, rejected: 1, cancelled: 0, expired: 0 });
  expect(listAmounts(await read(max, { state: null }))).toEqual([25, 15, 30, 20, 10, 80, 90]);
});

test.each(['pending', null])('pages of state %s neither skip nor repeat', async (state) => {
  const seen: number[] = [];
  let after: string | null = null;
  do {
    const page: Queue = await read(max, { state, after, rows: 2 });
    seen.push(...listAmounts(page));
    after = page.next_cursor;
  } while (after !== null);
  expect(seen).toEqual(listAmounts(await read(max, { state })));
});

test.each<[object, number[]]>([
  [{ credit_type: 'lead' }, []],
  [{ amount_min: 20, amount_max: 25 }, [20, 25]],
  [{ text: 'OLM' }, [15, 25]],
  [{ text: 'pia' }, [10, 20, 30]],
  [{ text: 'for a CAMPAIGN' }, [10, 20, 30, 15, 25]],
  [{ text: '%' }, []],
  [{ text: '...' }, []],
  [{ created_before: '2000-01-01T00:00:00Z' }, []],
])('the filter %j', async (filter, amounts) => {
  const queue = await read(max, { filter });
  expect(listAmounts(queue)).toEqual(amounts);
  expect(queue.counts.pending).toBe(amounts.length);
});

test('requests by requester and by approver', async () => {
  expect(listAmounts(await read(max, { filter: { player_id: quinn.player_id } }))).toEqual([15, 25]);
  const byAda = await read(max, { state: null, filter: { approver_id: ada.player_id } });
  expect(listAmounts(byAda)).toEqual([80]);
  expect(listAmounts(await read(max, { filter: { username: 'Quinn' } }))).toEqual([15, 25]);
  expect(listAmounts(await read(max, { state: null, filter: { approver: 'ada' } }))).toEqual([80]);
  expect(listAmounts(await read(max, { filter: { username: 'nobody' } }))).toEqual([]);
});

test('beside each request is what an approver needs to decide, without the request itself', async () => {
  const [request] = (await read(max)).requests;
  expect(request?.requester).toMatchObject({
    balances: { ai: { available: 80, held: 0 } },
    rank: null,
    has_left: false,
    earlier: { approved: 1, rejected: 1, pending: 2, others: 0 },
  });
  expect(request?.requester?.latest.map(({ state }) => state)).toEqual(['pending', 'pending', 'approved']);
});

test('players see their own requests, and of the requester nothing', async () => {
  const own = await read(quinn);
  expect(listAmounts(own)).toEqual([15, 25]);
  expect(own.counts.approved).toBe(0);
  expect(own.requests[0]?.requester).toBeNull();
  expect(await readRefusal(read('anon'))).toBe('42501');
});

test('a cursor that is none is refused', async () => {
  expect(await readRefusal(read(max, { after: 'soon' }))).toBe('cursor_invalid');
});

test('the history of a request names each decision, the bulk decision, and its undo', async () => {
  const { id } = await requestCredits(database, quinn, 600);
  await database.sql`select public.record_request_card(${id}, '123456789012345678', '223456789012345678')`;
  await database.sql`update public.credit_requests set reminded_at = clock_timestamp() where id = ${id}`;
  await decideRequest(database, max, id, { comment: 'Fine.' });
  const { bulk_id } = await decideInBulk(database, ada, [id]);
  await undoBulk(database, ada, bulk_id);
  const [row] = await runAs(
    database,
    max,
    (sql) => sql<{ history: { events: Record<string, unknown>[] } }[]>`
      select public.get_request_history(${id}) as history`,
  );
  expect(row?.history.events).toMatchObject([
    { kind: 'created', source: 'web' },
    { kind: 'card_posted' },
    { kind: 'reminded' },
    { kind: 'decided', by_name: 'max', comment: 'Fine.', is_final: false, bulk_id: null },
    { kind: 'decided', by_name: 'ada', is_final: true, bulk_id },
    { kind: 'reversed', by_name: 'ada', reason: 'The bulk decision was undone' },
  ]);
});
