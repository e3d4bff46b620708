import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { changePolicy, decideRequest, listEvents } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

interface Answer {
  transfer: { id: string; amount: number } | null;
  request: { id: string; kind: string; state: string; proposed_by: string; approvals_needed: number } | null;
  replayed: boolean;
}

async function run(by: Player, work: string, args: (string | number | Date | null)[]): Promise<Answer> {
  const [row] = await runAs(database, by, (transaction) =>
    transaction.unsafe<{ answer: Answer }[]>(`select ${work} as answer`, args),
  );
  if (!row) throw new Error('No answer came.');
  return row.answer;
}
const grant = (
  by: Player,
  to: Player,
  amount: number,
  key: string = randomUUID(),
  expires_at: Date | null = null,
) =>
  run(by, "public.grant_credits($1, 'ai', $2, 'Well earned', $3, $4)", [
    to.player_id,
    amount,
    key,
    expires_at,
  ]);
const reverse = (by: Player, transfer: string | undefined, key: string = randomUUID()) =>
  run(by, "public.reverse_credit_transfer($1, 'A mistake', $2)", [transfer ?? null, key]);
async function readBalance({ player_id }: Player): Promise<number> {
  const [row] = await database.sql`select public.get_credit_balances(${player_id}) as balances`;
  return row?.balances.ai.available;
}
async function spend({ player_id }: Player, amount: number): Promise<string> {
  const [row] = await database.sql<{ id: string }[]>`
    select public.spend_credits(${player_id}, 'ai', ${amount}, 'use', ${randomUUID()}) #>> '{transfer,id}' as id`;
  return row?.id ?? '';
}
async function readFallbacks(action: string): Promise<boolean[]> {
  const rows = await database.sql<{ is_fallback: boolean }[]>`
    select (after ->> 'is_fallback')::boolean as is_fallback from public.audit_log where action = ${action}`;
  return rows.map(({ is_fallback }) => is_fallback);
}

describe("an approver's own credits", () => {
  test('are granted and reversed by somebody else', async () => {
    const max = await createPlayer(database, 'max', 'manager');
    expect(await readRefusal(grant(ada, ada, 5))).toBe('own_grant');
    const ann = await createPlayer(database, 'ann', 'admin');
    await grant(ann, ada, 5);
    const spent = await spend(ada, 3);
    expect(await readRefusal(reverse(ada, spent))).toBe('own_reversal');
    await reverse(ann, spent);
    expect(await readBalance(ada)).toBe(5);
    expect(await readRefusal(grant(max, max, 5))).toBe('admin_only');
  });

  test('are granted by the only admin, and the audit log states it', async () => {
    await grant(ada, ada, 1_000);
    await reverse(ada, await spend(ada, 900));
    expect(await readBalance(ada)).toBe(1_000);
    expect(await readFallbacks('credits.grant')).toEqual([true]);
    expect(await readFallbacks('credits.reversal')).toEqual([true]);
  });
});

describe("above the policy's amount", () => {
  let max: Player;
  beforeEach(async () => {
    max = await createPlayer(database, 'max', 'manager');
  });

  test('a grant waits for a second approver, who moves the credits', async () => {
    const expires_at = new Date(Date.now() + 3_600_000);
    const { transfer, request } = await grant(ada, pia, 501, 'k', expires_at);
    expect(transfer).toBeNull();
    expect(request).toMatchObject({
      kind: 'grant',
      state: 'pending',
      proposed_by: ada.player_id,
      proposed_by_name: 'ada',
      approvals_needed: 2,
      decisions: [{ decision: 'approve', decided_by: ada.player_id, is_final: false }],
    });
    expect(await grant(ada, pia, 501, 'k', expires_at)).toMatchObject({ request, replayed: true });
    expect(await readBalance(pia)).toBe(0);
    const id = request?.id ?? '';
    expect(await readRefusal(decideRequest(database, ada, id))).toBe('already_approved_by_you');
    await decideRequest(database, max, id);
    expect(await readBalance(pia)).toBe(501);
    const [lot] = await database.sql`select expires_at from public.credit_lots`;
    expect(lot?.expires_at).toEqual(expires_at);
    expect(await listEvents(database)).toEqual(['credits/request.created', 'credits/request.decided']);
  });

  test('grants within a day are added up', async () => {
    await grant(ada, pia, 300);
    await grant(ada, pia, 200);
    expect((await grant(ada, pia, 1)).request).toMatchObject({ kind: 'grant', approvals_needed: 2 });
    expect(await readBalance(pia)).toBe(500);
  });

  test('concurrent grants cannot exceed the limit together', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => grant(ada, pia, 200)));
    expect(answers.filter(({ transfer }) => transfer)).toHaveLength(2);
    expect(await readBalance(pia)).toBe(400);
  });

  test('a reversal waits for a second approver too, once, and is carried out or rejected', async () => {
    const large = await grant(ada, pia, 600);
    await decideRequest(database, max, large.request?.id ?? '');
    const [granted] = await database.sql<{ transfer_id: string }[]>`
      select transfer_id from public.credit_requests where id = ${large.request?.id ?? ''}`;
    const transfer_id = granted?.transfer_id ?? '';
    const { request, transfer } = await reverse(ada, transfer_id);
    expect({ transfer, kind: request?.kind, state: request?.state }).toEqual({
      transfer: null,
      kind: 'reversal',
      state: 'pending',
    });
    expect(await readRefusal(reverse(ada, transfer_id))).toBe('reversal_proposed');
    await decideRequest(database, max, request?.id ?? '', { decision: 'reject', comment: 'Leave it.' });
    expect(await readBalance(pia)).toBe(600);
    const again = await reverse(ada, transfer_id);
    await decideRequest(database, max, again.request?.id ?? '');
    expect(await readBalance(pia)).toBe(0);
    expect(await readRefusal(reverse(ada, transfer_id))).toBe('already_reversed');
  });

  test('a grant spent meanwhile is not reversed, and the proposal stays open', async () => {
    const large = await grant(ada, pia, 600);
    await decideRequest(database, max, large.request?.id ?? '');
    const [row] = await database.sql<
      { id: string }[]
    >`select id from public.credit_transfers where kind = 'grant'`;
    const { request } = await reverse(ada, row?.id);
    await spend(pia, 1);
    expect(await readRefusal(decideRequest(database, max, request?.id ?? ''))).toBe('credits_insufficient');
    expect(await readBalance(pia)).toBe(599);
  });

  test('players cannot decide about their own credits', async () => {
    const { request } = await grant(ada, max, 501);
    expect(request).toBeNull();
    const ann = await createPlayer(database, 'ann', 'admin');
    const proposed = await grant(ann, max, 501);
    expect(await readRefusal(decideRequest(database, max, proposed.request?.id ?? ''))).toBe('own_request');
    await decideRequest(database, ada, proposed.request?.id ?? '');
    expect(await readBalance(max)).toBe(1_002);
  });

  test('only the proposing admin can cancel', async () => {
    const { request } = await grant(ada, pia, 501);
    const withdraw = (by: Player) =>
      run(by, 'public.cancel_credit_request($1, $2)', [request?.id ?? '', randomUUID()]);
    expect(await readRefusal(withdraw(pia))).toBe('request_not_found');
    expect(await readRefusal(withdraw(max))).toBe('request_not_found');
    expect(await withdraw(ada)).toMatchObject({ state: 'cancelled' });
  });

  test('a proposal does not reduce what the player may request, and is hidden until it moved credits', async () => {
    await changePolicy(database, { pending_count_max: 1 });
    const { request } = await grant(ada, pia, 2_999);
    const list = () =>
      runAs(database, pia, (transaction) => transaction`select id, kind from public.credit_requests`);
    expect(await list()).toHaveLength(0);
    const topics = await database.sql`select topic from realtime.messages where event = 'request_created'`;
    expect(topics.map(({ topic }) => topic).sort()).toEqual(
      [max, ada].map(({ player_id }) => `admin:requests:${player_id}`).sort(),
    );
    await run(pia, "public.request_credits('ai', 1000, 'For a campaign', $1)", [randomUUID()]);
    await decideRequest(database, max, request?.id ?? '');
    expect((await list()).map(({ kind }) => kind).sort()).toEqual(['grant', 'request']);
  });

  test('a grant that would have expired meanwhile can only be rejected', async () => {
    const { request } = await grant(ada, pia, 501, 'k', new Date(Date.now() + 3_600_000));
    await database.sql`update public.credit_requests set grant_expires_at = now()`;
    expect(await readRefusal(decideRequest(database, max, request?.id ?? ''))).toBe('expiry_invalid');
    await decideRequest(database, max, request?.id ?? '', { decision: 'reject' });
    expect(await readBalance(pia)).toBe(0);
  });
});

test('with one admin and no manager a large grant goes through, and the audit log records why', async () => {
  expect((await grant(ada, pia, 5_000)).transfer).toMatchObject({ amount: 5_000 });
  expect(await readFallbacks('credits.grant')).toEqual([true]);
});

test('one admin is enough if the policy sets no amount', async () => {
  await createPlayer(database, 'max', 'manager');
  await changePolicy(database, { second_approval_above: null });
  expect((await grant(ada, pia, 5_000)).transfer).not.toBeNull();
  expect(await readFallbacks('credits.grant')).toEqual([false]);
});

test.each(['', 'ab', ' a ', 'x'.repeat(501)])('a grant needs a meaningful reason, not %j', async (reason) => {
  const work = database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', 5, ${reason}, 'k', null, ${ada.player_id})`;
  expect(await readRefusal(work)).toBe('reason_invalid');
});
