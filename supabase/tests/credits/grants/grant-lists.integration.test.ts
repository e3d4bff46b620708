// Grants to a list: a result for each line, and all of them or none.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';

let database: TestDatabase;
let pia: Player;
let zoe: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  zoe = await createPlayer(database, 'zoe');
  ada = await createPlayer(database, 'ada', 'admin');
  await createPlayer(database, 'max', 'manager');
});
afterEach(() => database.drop());

type Line = Record<string, string | number | null>;
interface Result {
  line: number;
  outcome: string;
  message: string | null;
}
interface Answer {
  is_done: boolean;
  results: Result[];
  granted_before: string | null;
  replayed: boolean;
}
const makeLine = (line: number, change: Line = {}): Line => ({
  line,
  player: 'pia',
  credit_type: 'ai',
  amount: '10',
  reason: `Line ${line}`,
  effective_at: '',
  expires_at: '',
  ...change,
});
function grant(lines: Line[], isPreview = false, key: string = randomUUID(), by = ada): Promise<Answer> {
  return runAs(database, by, async (sql) => {
    const [row] = await sql<{ answer: Answer }[]>`
      select public.grant_credits_to_list(${sql.json(lines)}, ${isPreview}, ${key}) as answer`;
    if (!row) throw new Error('No answer came.');
    return row.answer;
  });
}
const listOutcomes = ({ results }: Answer) =>
  results.sort((a, b) => a.line - b.line).map(({ outcome, message }) => message ?? outcome);
async function countRows() {
  const [row] = await database.sql`
    select (select count(*)::int from public.credit_transfers) as transfers,
      (select count(*)::int from public.credit_requests) as proposals,
      (select count(*)::int from credits.scheduled_grants) as planned,
      (select count(*)::int from public.audit_log where action like 'credits.%') as audited`;
  return { ...row };
}
const nothing = { transfers: 0, proposals: 0, planned: 0, audited: 0 };

test('a list is granted in one transaction, by username or id, now or later', async () => {
  const lines = [
    makeLine(2, { player: '@PIA' }),
    makeLine(3, { player: zoe.player_id, credit_type: 'Lead', expires_at: '2999-01-01' }),
    makeLine(4, { player: 'zoe', amount: '501' }),
    makeLine(5, { player: 'zoe', effective_at: '2030-01-01T09:00:00+01:00' }),
  ];
  const outcomes = ['granted', 'granted', 'proposed', 'scheduled'];
  const preview = await grant(lines, true);
  expect([preview.is_done, listOutcomes(preview)]).toEqual([false, outcomes]);
  expect(await countRows()).toEqual(nothing);
  const done = await grant(lines, false, 'k');
  expect([done.is_done, listOutcomes(done), done.granted_before]).toEqual([true, outcomes, null]);
  expect(await grant(lines, false, 'k')).toMatchObject({ is_done: true, replayed: true });
  expect(await countRows()).toEqual({ transfers: 2, proposals: 1, planned: 1, audited: 4 });
  expect((await grant(lines, true)).granted_before).toEqual(expect.any(String));
});

test('one bad line keeps the whole list from being granted, and each line says what is wrong', async () => {
  const lines = [
    makeLine(2),
    makeLine(3, { player: 'nobody' }),
    makeLine(4, { credit_type: 'gold' }),
    makeLine(5, { amount: '-1' }),
    makeLine(6, { amount: '1.5' }),
    makeLine(7, { amount: '9007199254740992' }),
    makeLine(8, { amount: '0' }),
    makeLine(9, { reason: 'x' }),
    makeLine(10, { reason: 'bell \u0007' }),
    makeLine(11, { reason: 'x'.repeat(501) }),
    makeLine(12, { expires_at: '31.12.2030' }),
    makeLine(13, { expires_at: '2020-01-01' }),
    makeLine(14, { expires_at: '2030-02-30' }),
    makeLine(15, { player: 'ada' }),
    makeLine(16, { reason: 'Line 2' }),
    makeLine(17, { player: null, amount: null, credit_type: null, reason: null }),
  ];
  const answer = await grant(lines);
  expect(answer.is_done).toBe(false);
  expect(listOutcomes(answer)).toEqual([
    'granted',
    'This player does not exist.',
    'There is no such credit type.',
    'The amount must be a whole number above zero.',
    'The amount must be a whole number above zero.',
    'The amount must be a whole number above zero.',
    'The amount must be a whole number above zero.',
    'The reason needs at least 3 characters.',
    'The reason contains a control character.',
    'The reason can have at most 500 characters.',
    'The expiry date is not a date.',
    'Credits cannot expire in the past.',
    'The expiry date is not a date.',
    'You cannot grant credits to yourself.',
    'It repeats line 2.',
    'The amount must be a whole number above zero.',
  ]);
  expect(await countRows()).toEqual(nothing);
});

test('the lines of one player add up to the amount of the policy', async () => {
  const answer = await grant([makeLine(2, { amount: '300' }), makeLine(3, { amount: '201' })]);
  expect(listOutcomes(answer)).toEqual(['granted', 'proposed']);
});

test('only admins grant lists, of 1 to 2,000 lines', async () => {
  expect(await readRefusal(grant([makeLine(2)], false, 'k', pia))).toBe('admin_only');
  expect(await readRefusal(grant([]))).toBe('list_invalid');
  const many = Array.from({ length: 2_001 }, (_, index) => makeLine(index + 2));
  expect(await readRefusal(grant(many))).toBe('list_invalid');
});

test('2,000 lines are granted, and the books balance', async () => {
  await database.sql`
    insert into public.profiles (username, display_name) select 'p' || n, 'P' || n from generate_series(1, 2000) as n`;
  const lines = Array.from({ length: 2_000 }, (_, index) => makeLine(index + 2, { player: `p${index + 1}` }));
  const answer = await grant(lines);
  expect(answer.is_done).toBe(true);
  const [row] = await database.sql`select credits.check_books() ->> 'problem_count' as problems`;
  expect(row?.problems).toBe('0');
});
