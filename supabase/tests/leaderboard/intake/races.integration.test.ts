import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, createPlayers, type EventsAnswer, sendEvents } from '../arena.ts';
import { type Round, startWorker, waitUntilBlocked } from '../sessions.ts';

let database: TestDatabase;
let second: postgres.Sql;
let player: string;
beforeAll(async () => {
  database = await createTestDatabase();
  second = postgres(database.url, { max: 1, connection: { application_name: 'second-sender' } });
  [player = ''] = await createPlayers(database.sql, 1);
});
afterAll(async () => {
  await second.end();
  await database.drop();
});

/** Late enough in a day that no test crosses its end. */
const occurredAt = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 1000).toISOString();
const makeEvent = (id: string, change: Record<string, unknown> = {}) => ({
  external_id: id,
  player_id: player,
  metric: 'deal_closed',
  units: 1,
  occurred_at: occurredAt,
  ...change,
});
const outcomes = (answer: EventsAnswer) => answer.results.map(({ status, reason }) => reason ?? status);

/** The second sender's result while the first one has not committed yet. */
async function race(first: readonly unknown[], then: readonly unknown[], isAllOrNothing: boolean) {
  const { answer } = await database.sql.begin(async (sql) => {
    await sendEvents(sql, first);
    const answer = sendEvents(second, then, 'test', isAllOrNothing);
    await waitUntilBlocked(database.sql, 'second-sender');
    return { answer };
  });
  return outcomes(await answer);
}

async function listRecorded(ids: readonly string[]): Promise<string[]> {
  const rows = await database.sql`
    select external_id from public.score_events where external_id = any(${[...ids]}) order by 1`;
  return rows.map(({ external_id }) => external_id);
}

describe('a batch that meets another one with the same id', () => {
  const makeIds = () => ['a', 'b', 'c'].map((name) => `${name}-${randomUUID()}`);

  it('counts the same event once', async () => {
    const ids = makeIds();
    const events = ids.map((id) => makeEvent(id));
    expect(await race(events.slice(1, 2), events, false)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(await listRecorded(ids)).toEqual(ids);
  });

  it('is told that the id belongs to another event', async () => {
    const [a = '', b = '', c = ''] = makeIds();
    const batch = [makeEvent(a), makeEvent(b, { units: 2 }), makeEvent(c)];
    expect(await race([makeEvent(b)], batch, false)).toEqual(['accepted', 'conflict', 'accepted']);
    expect(await listRecorded([a, b, c])).toEqual([a, b, c]);
  });

  it('is recorded as a whole or not at all on request', async () => {
    const [a = '', b = '', c = ''] = makeIds();
    const batch = [makeEvent(a), makeEvent(b, { units: 2 }), makeEvent(c)];
    expect(await race([makeEvent(b)], batch, true)).toEqual(['batch_refused', 'conflict', 'batch_refused']);
    expect(await listRecorded([a, b, c])).toEqual([b]);
  });

  it('is recorded as a whole or not at all after waiting for a daily cap as well', async () => {
    const [a = '', b = ''] = makeIds();
    const task = { metric: 'task_completed' };
    const batch = [makeEvent(a, task), makeEvent(b, { units: 2 })];
    expect(await race([makeEvent(b, task)], batch, true)).toEqual(['batch_refused', 'conflict']);
    expect(await listRecorded([a, b])).toEqual([b]);
  });
});

it('two concurrent voids of one event cancel it once', async () => {
  const id = randomUUID();
  await sendEvents(database.sql, [makeEvent(id)]);
  const [one, two] = [randomUUID(), randomUUID()].map((external_id) => ({ external_id, voids: id }));
  expect(await race([one], [two], false)).toEqual(['already_voided']);
});

it('a rule that starts now applies to each event from its moment on, and to none before it', async () => {
  const metric = 'raced_rule';
  await database.sql`
    insert into public.score_rules (metric, points_per_unit, effective_from) values (${metric}, 10, '2020-01-01')`;
  const send = async (occurred_at: Date) =>
    (await sendEvents(second, [makeEvent(randomUUID(), { metric, occurred_at: occurred_at.toISOString() })]))
      .results[0]?.points;
  const before = new Date();
  const { startsAt, late } = await database.sql.begin(async (sql) => {
    await sql`select now()`;
    expect(await send(before)).toBe(10);
    const [row] = await sql<{ startsAt: string }[]>`
      select public.add_score_rule(${metric}, 20) ->> 'effective_from' as "startsAt"`;
    const late = send(new Date(Date.now() + 1));
    await Promise.race([late, waitUntilBlocked(database.sql, 'second-sender')]);
    return { startsAt: Date.parse(row?.startsAt ?? ''), late };
  });
  expect(startsAt).toBeGreaterThanOrEqual(before.getTime());
  expect(await late).toBe(20);
});

it('a rule is refused while a sender does not finish, and may be retried', async () => {
  const metric = 'waiting_rule';
  const add = () => database.sql`select public.add_score_rule(${metric}, 20)`;
  await second.begin(async (sql) => {
    await sendEvents(sql, [makeEvent(randomUUID())]);
    await expect(add()).rejects.toMatchObject({ code: 'DS409', detail: 'intake_busy' });
  });
  await expect(add()).resolves.toHaveLength(1);
});

it('a sender that idles before its commit is ended, so it keeps no period from closing', async () => {
  const readTimeout = async (sql: postgres.ISql) =>
    (await sql`select current_setting('idle_in_transaction_session_timeout') as timeout`)[0]?.timeout;
  const before = await readTimeout(second);
  await second.begin(async (sql) => {
    await sendEvents(sql, [makeEvent(randomUUID())]);
    expect(await readTimeout(sql)).toBe('10s');
  });
  expect(await readTimeout(second)).toBe(before);
});

it('a cap also holds for a player who was added while the batch waited', async () => {
  const metric = 'capped_late';
  const newcomer = randomUUID();
  await database.sql`
    insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from)
    values (${metric}, 5, 20, '2020-01-01')`;
  const make = (player_id: string, units: number) => makeEvent(randomUUID(), { metric, player_id, units });
  const { answer } = await database.sql.begin(async (sql) => {
    await sendEvents(sql, [make(player, 1)]);
    const answer = sendEvents(second, [make(player, 1), make(newcomer, 4)]);
    await waitUntilBlocked(database.sql, 'second-sender');
    await sql`insert into public.profiles (id, username, display_name) values (${newcomer}, 'newcomer', 'Newcomer')`;
    return { answer };
  });
  expect(outcomes(await answer)).toEqual(['accepted', 'accepted']);
  await sendEvents(second, [make(newcomer, 4)]);
  const [row] = await database.sql`
    select sum(points)::int as points from public.score_events where player_id = ${newcomer}`;
  expect(row).toEqual({ points: 20 });
});

it('a late event is judged again if its board stops accepting them while it is being recorded', async () => {
  const { boardId, pastPeriodId, metric } = await createArena(database.sql, { playerCount: 0 });
  await database.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await database.sql`select leaderboard.archive_period(${pastPeriodId})`;
  const id = randomUUID();
  const occurred_at = new Date(Date.now() - 5 * 86_400_000).toISOString();
  let answer: Promise<EventsAnswer> | undefined;
  const undone = database.sql.begin(async (sql) => {
    await sendEvents(sql, [makeEvent(id)]);
    answer = sendEvents(second, [makeEvent(id, { metric, occurred_at })]);
    await waitUntilBlocked(database.sql, 'second-sender');
    await database.sql`update public.boards set late_policy = 'refuse' where id = ${boardId}`;
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect((await answer)?.results).toMatchObject([{ status: 'refused', reason: 'period_closed' }]);
  await database.sql`update public.boards set is_active = false where id = ${boardId}`;
});

it("freezing a period while a metric's first rule is added does not deadlock", async () => {
  const arena = await createArena(database.sql, { playerCount: 1, countsEverything: true });
  const at = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const make = (id: string) =>
    makeEvent(`${arena.slug}-${id}`, { player_id: arena.playerIds[0], occurred_at: at });
  await sendEvents(database.sql, [make('before')]);
  await database.sql`select leaderboard.refresh_period(${arena.pastPeriodId})`;
  const start = (name: string, work: (own: postgres.Sql) => Promise<unknown>) =>
    startWorker(database.url, name, async (own): Promise<Round> => {
      await work(own);
      return 'done';
    });
  const { both } = await database.sql.begin(async (sender) => {
    await sendEvents(sender, [make('meanwhile')]);
    // It has nothing to publish until the sender commits.
    const freezing = start('freeze', (own) => own`select leaderboard.freeze_period(${arena.pastPeriodId})`);
    await waitUntilBlocked(database.admin, 'freeze');
    const adding = start(
      'add-rule',
      (own) => own`select public.add_score_rule(${`new_${arena.boardId}`}, 1)`,
    );
    await waitUntilBlocked(database.admin, 'add-rule');
    return { both: Promise.all([freezing, adding]) };
  });
  await both;
  const [past] = await database.sql`
    select state, version::int from leaderboard.board_periods where id = ${arena.pastPeriodId}`;
  expect(past).toEqual({ state: 'closing', version: 2 });
});
