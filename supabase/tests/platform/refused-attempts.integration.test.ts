import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
});
afterAll(() => database.drop());

const requestId = '11111111-1111-4111-8111-111111111111';
let keyCount = 0;
let person = '';
beforeEach(() => {
  keyCount += 1;
  person = `22222222222222${String(keyCount).padStart(4, '0')}`;
});

interface Attempt {
  key?: string;
  player?: string | null;
  discord?: string | null;
  action?: string | null;
}

async function record({ key = `k${keyCount}`, player = null, discord = person, action }: Attempt = {}) {
  const rows = await database.sql<{ answer: { is_recorded: boolean; replayed: boolean } }[]>`
    select public.record_refused_attempt(${action === undefined ? 'approve_request' : action}, 'manager_only',
      ${key}, 'discord', ${requestId}, ${player}, ${discord}) as answer`;
  return rows[0]?.answer;
}

const listAudit = () => database.sql`
  select action, subject, subject_id, actor_id, source, after from public.audit_log
  where action = 'attempt.refused' and after ->> 'discord_user_id' = ${person}`;

test('an attempt is in the audit log with who, what and why', async () => {
  expect(await record({ player: pia.player_id })).toEqual({ is_recorded: true, replayed: false });
  expect(await listAudit()).toEqual([
    {
      ...{ action: 'attempt.refused', subject: 'attempt', subject_id: requestId },
      ...{ actor_id: pia.player_id, source: 'discord' },
      after: { attempted: 'approve_request', refusal: 'manager_only', discord_user_id: person },
    },
  ]);
});

test('a repeated key records nothing more', async () => {
  expect(await record()).toEqual({ is_recorded: true, replayed: false });
  expect(await record()).toEqual({ is_recorded: true, replayed: true });
  expect(await listAudit()).toHaveLength(1);
});

test('repeated attempts do not fill the log or block anybody else', async () => {
  const answers = [];
  for (let index = 0; index < 25; index += 1) answers.push(await record({ key: `flood ${index}` }));
  expect(answers.filter((answer) => answer?.is_recorded)).toHaveLength(20);
  expect(await listAudit()).toHaveLength(20);
  person = '222222222222229999';
  expect(await record({ key: 'another' })).toMatchObject({ is_recorded: true });
});

test.each([
  ['no action', { action: null }],
  ['an action that is a sentence', { action: 'Approve it' }],
  ['nobody', { discord: null }],
  ['an account that is no number', { discord: 'pia' }],
])('an attempt by or at %s is refused', async (_what, attempt) => {
  expect(await readRefusal(record(attempt))).toBe('attempt_invalid');
});
