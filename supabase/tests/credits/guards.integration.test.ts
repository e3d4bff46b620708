// Every constraint and trigger of the credit tables refuses what it is for, whoever writes.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer } from '../personas.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

const isCreditTable =
  "relnamespace in ('public'::regnamespace, 'credits'::regnamespace) and relname like 'credit\\_%'";
const issuance = "account_id = (select id from public.credit_accounts where kind = 'issuance')";
const anyTransfer = '(select id from public.credit_transfers order by id limit 1)';

/** For each constraint, changes that only it refuses. */
const forbiddenChanges: Record<string, readonly string[]> = {
  credit_accounts_kind_check: ["accounts set kind = 'lost'"],
  credit_accounts_overdraft_check: ['accounts set balance = -1 where player_id is not null'],
  credit_accounts_owner_check: [
    "accounts set kind = 'spent' where kind = 'available'",
    "accounts set player_id = null where kind = 'available'",
  ],
  credit_accounts_owner_key: [
    "accounts set player_id = (select player_id from public.credit_requests limit 1) where kind = 'available'",
    "accounts set kind = 'spent' where player_id is null",
  ],
  credit_bulk_decisions_comment_check: [
    "bulk_decisions set comment = ''",
    "bulk_decisions set comment = repeat('x', 1001)",
  ],
  credit_bulk_decisions_decision_check: ["bulk_decisions set decision = 'maybe'"],
  credit_bulk_decisions_mode_check: ["bulk_decisions set mode = 'some'"],
  credit_bulk_decisions_undone_check: [
    'bulk_decisions set undone_at = now()',
    'bulk_decisions set undone_by = decided_by',
  ],
  credit_bulk_results_outcome_check: ["bulk_results set outcome = 'lost' where outcome = 'approved'"],
  credit_bulk_results_position_check: ['bulk_results set position = -position'],
  credit_bulk_results_refusal_check: [
    "bulk_results set refusal = '{}' where outcome = 'approved'",
    "bulk_results set refusal = null where outcome = 'refused'",
  ],
  credit_bulk_results_request_key: [
    'bulk_results set request_id = (select id from public.credit_requests limit 1)',
  ],
  credit_bulk_results_undo_check: [
    `bulk_results set undo_transfer_id = ${anyTransfer} where outcome = 'refused'`,
  ],
  credit_entries_account_id_account_version_key: [`entries set account_version = 1000 where ${issuance}`],
  credit_entries_account_version_check: ['entries set account_version = 0'],
  credit_entries_amount_check: ['entries set amount = 0, balance_after = balance_before'],
  credit_entries_check: ['entries set balance_after = balance_after + 1', 'entries set amount = amount + 1'],
  credit_entries_transfer_id_account_id_key: [`entries set transfer_id = ${anyTransfer} where ${issuance}`],
  credit_lot_uses_amount_check: ['lot_uses set amount = 0'],
  credit_lots_available_check: ['lots set available = -1'],
  credit_lots_check: ['lots set available = granted + 1, held = 0', 'lots set available = granted, held = 1'],
  credit_lots_granted_check: ['lots set granted = 0, available = 0, held = 0'],
  credit_lots_held_check: ['lots set held = -1'],
  credit_lots_transfer_id_key: [`lots set transfer_id = ${anyTransfer}`],
  credit_transfers_amount_check: ['transfers set amount = 0'],
  credit_transfers_idempotency_key_key: ["transfers set idempotency_key = 'same'"],
  credit_transfers_kind_check: ["transfers set kind = 'gift'"],
  credit_transfers_reason_check: ["transfers set reason = ''", "transfers set reason = repeat('x', 501)"],
  credit_decisions_automatic_check: [
    "decisions set decided_by = null where decision = 'reject'",
    'decisions set decided_by = null where not is_final',
    'decisions set decided_by = null, on_behalf_of = decided_by where is_final',
  ],
  credit_decisions_comment_check: ["decisions set comment = ''", "decisions set comment = repeat('x', 1001)"],
  credit_decisions_decision_check: ["decisions set decision = 'maybe'"],
  credit_decisions_request_id_decided_by_key: [
    'decisions set decided_by = (select player_id from public.credit_requests limit 1)',
  ],
  credit_policies_credit_type_check: ["policies set credit_type = 'gold' where credit_type = 'ai'"],
  credit_requests_amount_check: ['requests set amount = 0'],
  credit_requests_closed_check: [
    "requests set closed_at = now() where state = 'pending'",
    "requests set closed_at = null where state = 'rejected'",
  ],
  credit_requests_escalated_to_role_check: ["requests set escalated_to_role = 'player'"],
  credit_requests_grant_check: ["requests set grant_expires_at = now() where kind = 'request'"],
  credit_requests_kind_check: ["requests set kind = 'gift'"],
  credit_requests_paid_check: [
    "requests set transfer_id = null where state = 'approved'",
    `requests set transfer_id = ${anyTransfer} where state = 'rejected'`,
  ],
  credit_requests_proposer_check: [
    "requests set proposed_by = player_id where kind = 'request'",
    "requests set proposed_by = null where kind = 'grant'",
  ],
  credit_requests_reason_check: ["requests set reason = 'ab'", "requests set reason = repeat('x', 501)"],
  credit_requests_requester_notice_check: ["requests set requester_notice = 'lost'"],
  credit_requests_reversal_check: [`requests set reverses = ${anyTransfer} where kind = 'request'`],
  credit_requests_state_check: ["requests set state = 'lost' where state = 'rejected'"],
  credit_requests_transfer_id_key: [`requests set transfer_id = ${anyTransfer} where state = 'approved'`],
};

const newTransfer = (values: string): string => `
  insert into public.credit_transfers (kind, credit_type, player_id, amount, reason, idempotency_key)
  select 'grant', 'ai', id, ${values}, 'forged' from public.profiles limit 1`;
const newRequest = (values: string): string => `
  insert into public.credit_requests (credit_type, player_id, source, expires_at, remind_at, amount, reason,
    kind, proposed_by, grant_expires_at)
  select 'ai', id, 'web', now(), now(), ${values} from public.profiles limit 1`;

/** For each trigger, what it refuses and how. */
const forbiddenWrites: Record<string, readonly [write: string, refusal: RegExp]> = {
  on_credit_account_check: ['update public.credit_accounts set balance = balance + 1', /does not follow/],
  on_credit_accounts_removal_refuse: ['delete from public.credit_accounts', /append-only|never/],
  on_credit_bulk_decision_insert_check_comment: [
    `insert into public.credit_bulk_decisions (decision, mode, decided_by, source, comment)
     select 'approve', 'continue', id, 'web', '' from public.profiles limit 1`,
    /comment/,
  ],
  on_credit_decisions_change_refuse: [
    'update public.credit_decisions set comment = null',
    /append-only|never/,
  ],
  on_credit_decision_insert_check_comment: [
    `insert into public.credit_decisions (request_id, decision, decided_by, source, is_final, comment)
     select id, 'approve', player_id, 'web', false, '' from public.credit_requests where state = 'pending' limit 1`,
    /comment/,
  ],
  on_credit_entries_change_refuse: ['update public.credit_entries set amount = amount', /append-only|never/],
  on_credit_entry_check: [
    `insert into public.credit_entries (transfer_id, account_id, account_version, amount, balance_before, balance_after)
     select ${anyTransfer}, id, 1, 5, 0, 5 from public.credit_accounts where kind = 'expired'`,
    /does not balance: 3 entries sum to 5/,
  ],
  on_credit_lot_check_times: [
    `insert into public.credit_lots (transfer_id, player_id, credit_type, granted, available, expires_at)
     select id, player_id, 'ai', 1, 1, '20000-01-01' from public.credit_transfers where kind = 'spend'`,
    /out of range/,
  ],
  on_credit_lot_uses_change_refuse: [
    'update credits.credit_lot_uses set amount = amount',
    /append-only|never/,
  ],
  on_credit_request_check_times: [
    newRequest("1, 'A reason', 'grant', id, '20000-01-01'::timestamptz"),
    /out of range/,
  ],
  on_credit_request_write_check_reason: [
    newRequest("1, 'ab', 'request', null::uuid, null::timestamptz"),
    /reason/,
  ],
  on_credit_transfer_check: [newTransfer("5, 'A reason'"), /does not balance: 0 entries sum to 0/],
  on_credit_transfer_check_amount: [newTransfer("1000000000001, 'A reason'"), /than anyone can get/],
  on_credit_transfer_insert_check_reason: [newTransfer("5, repeat('x', 501)"), /reason/],
  on_credit_transfers_change_refuse: [
    'update public.credit_transfers set amount = amount',
    /append-only|never/,
  ],
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  const pia = await createPlayer(database, 'pia');
  const max = await createPlayer(database, 'max', 'manager');
  const mia = await createPlayer(database, 'mia', 'manager');
  const ada = await createPlayer(database, 'ada', 'admin');
  for (const player of [pia, mia]) {
    const { id } = await requestCredits(database, player, 501);
    await decideRequest(database, max, id);
    await decideRequest(database, ada, id);
  }
  const { id } = await requestCredits(database, pia, 5);
  await decideRequest(database, max, id, { decision: 'reject' });
  await requestCredits(database, pia, 5);
  const inBulk = await requestCredits(database, mia, 6);
  await sql`
    select public.bulk_decide_credit_requests(${[inBulk.id, randomUUID()]}, 'approve', null, 'continue', 'k',
      acting_player_id => ${max.player_id})`;
  await sql`select public.grant_credits(${pia.player_id}, 'ai', 600, 'gift', 'k', null, ${ada.player_id})`;
  await sql`select public.spend_credits(${pia.player_id}, 'ai', 5, 'use', 'k')`;
  await sql`select credits.get_credit_account(null, 'ai', 'expired')`;
});
afterAll(() => database.drop());

test('every constraint and every trigger is covered', async () => {
  const constraints = await database.sql<{ name: string }[]>`
    select conname::text as name from pg_constraint join pg_class on pg_class.oid = conrelid
    where contype in ('c', 'u') and ${database.sql.unsafe(isCreditTable)}`;
  const triggers = await database.sql<{ name: string }[]>`
    select tgname::text as name from pg_trigger join pg_class on pg_class.oid = tgrelid
    where not tgisinternal and ${database.sql.unsafe(isCreditTable)}`;
  const names = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name).sort();
  expect(Object.keys(forbiddenChanges).sort()).toEqual(names(constraints));
  expect(Object.keys(forbiddenWrites).sort()).toEqual(names(triggers));
});

const changes = Object.entries(forbiddenChanges).flatMap(([name, list]) =>
  list.map((change) => [name, change] as const),
);
test.each(changes)('%s refuses: %s', async (name, change) => {
  const work = database.admin.begin(async (transaction) => {
    // Triggers and references are tested elsewhere.
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(
      `update ${change.startsWith('lot_uses') ? 'credits' : 'public'}.credit_${change}`,
    );
    throw new Error('Nothing refused the change.');
  });
  await expect(work).rejects.toMatchObject({ constraint_name: name });
});

test.each(Object.entries(forbiddenWrites))('%s refuses what it is for', async (_name, [write, refusal]) => {
  const work = database.sql.begin(async (transaction) => {
    await transaction.unsafe(write);
    await transaction`set constraints all immediate`;
    throw new Error('Nothing refused the write.');
  });
  await expect(work).rejects.toThrow(refusal);
});
