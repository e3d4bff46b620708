// Undecided requests: when they expire, when approvers are reminded, and what is recorded.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { changePolicy, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let max: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

test('requests and proposals expire and are reminded according to the policy', async () => {
  await changePolicy(database, { expire_after_hours: 10, remind_after_hours: 3 });
  await requestCredits(database, pia, 10);
  await database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', 501, 'Well earned', 'k', null, ${ada.player_id})`;
  const rows = await database.sql`
    select kind, round(extract(epoch from expires_at - created_at) / 3600)::int as hours,
      round(extract(epoch from remind_at - created_at) / 3600)::int as reminder_hours
    from public.credit_requests order by kind`;
  expect([...rows]).toEqual([
    { kind: 'grant', hours: 10, reminder_hours: 3 },
    { kind: 'request', hours: 10, reminder_hours: 3 },
  ]);
});

test('a sweep expires due requests, reminds of old ones, and leaves the rest', async () => {
  const [due, late, early] = [
    await requestCredits(database, pia, 10),
    await requestCredits(database, pia, 20),
    await requestCredits(database, pia, 30),
  ];
  const seen = await database.sql.begin(async (sql) => {
    await sql`delete from platform.outbox`;
    await sql`delete from realtime.messages`;
    await sql`update public.credit_requests set expires_at = now(), remind_at = now() where id = ${due.id}`;
    await sql`update public.credit_requests set remind_at = now() where id = ${late.id}`;
    await sql`
      update public.credit_requests
      set expires_at = now() + interval '1 microsecond', remind_at = now() + interval '1 microsecond'
      where id = ${early.id}`;
    const [sweep] = await sql<{ count: number }[]>`select credits.expire_credit_requests() as count`;
    return {
      count: sweep?.count,
      events: (await sql`select name, data from platform.outbox order by seq`).map((row) => ({ ...row })),
    };
  });
  expect(seen).toEqual({
    count: 1,
    events: [
      { name: 'credits/request.expired', data: { request_id: due.id } },
      { name: 'credits/request.reminder_due', data: { request_id: late.id } },
    ],
  });
  const requests = await database.sql`
    select id, state, closed_at is not null as is_closed, reminded_at is not null as is_reminded
    from public.credit_requests order by amount`;
  expect([...requests]).toEqual([
    { id: due.id, state: 'expired', is_closed: true, is_reminded: false },
    { id: late.id, state: 'pending', is_closed: false, is_reminded: true },
    { id: early.id, state: 'pending', is_closed: false, is_reminded: false },
  ]);
  const audit = await database.sql`
    select subject, subject_id, actor_id, source, before, after from public.audit_log
    where action = 'credit_request.expired'`;
  expect([...audit]).toEqual([
    {
      subject: 'credit_request',
      subject_id: due.id,
      actor_id: null,
      source: 'system',
      before: { state: 'pending' },
      after: { state: 'expired' },
    },
  ]);
  const topics = await database.sql`
    select topic from realtime.messages where event = 'request_expired' order by topic`;
  expect(topics.map(({ topic }) => topic).sort()).toEqual(
    [`player:${pia.player_id}`, ...[max, ada].map(({ player_id }) => `admin:requests:${player_id}`)].sort(),
  );
});
