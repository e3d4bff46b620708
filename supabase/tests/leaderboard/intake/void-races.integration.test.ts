import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayers, type EventsAnswer, sendEvents } from '../arena.ts';
import { waitUntilBlocked, waitUntilBlockedBy } from '../sessions.ts';

const [plainMetric, cappedMetric] = ['raced_plain', 'raced_capped'];
let database: TestDatabase;
let senders: Record<'first' | 'second' | 'third' | 'fourth', postgres.Sql>;
let player: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql`
    insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from)
    values (${plainMetric}, 5, null, '2020-01-01'), (${cappedMetric}, 5, 20, '2020-01-01')`;
  const connect = (name: string) =>
    postgres(database.url, { max: 1, connection: { application_name: name } });
  senders = {
    first: connect('first'),
    second: connect('second'),
    third: connect('third'),
    fourth: connect('fourth'),
  };
});
beforeEach(async () => {
  [player = ''] = await createPlayers(database.sql, 1);
});
afterAll(async () => {
  await Promise.all(Object.values(senders).map((sql) => sql.end()));
  await database.drop();
});

/** Late enough in a day that no test crosses its end. */
const occurredAt = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 1000).toISOString();
const makeEvent = (metric: string, units = 1) => ({
  external_id: `event-${randomUUID()}`,
  player_id: player,
  metric,
  units,
  occurred_at: occurredAt,
});
const makeVoid = (voids: string) => ({ external_id: `void-${randomUUID()}`, voids });
const outcomes = (answer: EventsAnswer) => answer.results.map(({ status, reason }) => reason ?? status);

/** The second sender's result while the first one has not committed yet. */
async function race(first: readonly unknown[], then: readonly unknown[], isAllOrNothing: boolean) {
  const { answer } = await senders.first.begin(async (sql) => {
    await sendEvents(sql, first);
    const answer = sendEvents(senders.second, then, 'test', isAllOrNothing);
    await waitUntilBlocked(database.sql, 'second');
    return { answer };
  });
  return outcomes(await answer);
}

async function readPoints(): Promise<number> {
  const [row] = await database.sql`
    select coalesce(sum(points), 0)::int as points from public.score_events where player_id = ${player}`;
  return row?.points;
}

/** The day's total under the cap; undefined without a cap. */
async function readUsedPoints(): Promise<number | undefined> {
  const [row] = await database.sql`
    select points::int from leaderboard.capped_days where player_id = ${player} and metric = ${cappedMetric}`;
  return row?.points;
}

describe.each([plainMetric, cappedMetric])('a batch with a void that meets another one, %s', (metric) => {
  const usedPoints = metric === cappedMetric ? 0 : undefined;

  describe.each([false, true])('all or nothing: %s', (isAllOrNothing) => {
    it('takes back the event that the other batch recorded', async () => {
      const event = makeEvent(metric);
      const batch = [event, makeVoid(event.external_id)];
      expect(await race([event], batch, isAllOrNothing)).toEqual(['duplicate', 'accepted']);
      expect([await readPoints(), await readUsedPoints()]).toEqual([0, usedPoints]);
    });

    it('is recognised as the void that the other batch recorded', async () => {
      const event = makeEvent(metric);
      const batch = [event, makeVoid(event.external_id)];
      expect(await race(batch, batch, isAllOrNothing)).toEqual(['duplicate', 'duplicate']);
      expect([await readPoints(), await readUsedPoints()]).toEqual([0, usedPoints]);
    });
  });

  it('is told that the other batch voided the event', async () => {
    const event = makeEvent(metric);
    const [one, two] = [makeVoid(event.external_id), makeVoid(event.external_id)];
    expect(await race([event, one], [event, two], false)).toEqual(['duplicate', 'already_voided']);
    expect([await readPoints(), await readUsedPoints()]).toEqual([0, usedPoints]);
  });
});

it('cap room returned by a void is available to the next batch', async () => {
  const [event, later] = [makeEvent(cappedMetric, 4), makeEvent(cappedMetric, 4)];
  const batch = [event, makeVoid(event.external_id)];
  expect(await race([event], batch, false)).toEqual(['duplicate', 'accepted']);
  expect(outcomes(await sendEvents(senders.second, [later]))).toEqual(['accepted']);
  expect([await readPoints(), await readUsedPoints()]).toEqual([20, 20]);
});

it('a batch that starts over releases its days, so it deadlocks with no other void', async () => {
  const [event, other] = [makeEvent(cappedMetric), makeEvent(plainMetric)];
  const [one, two] = [makeVoid(event.external_id), makeVoid(event.external_id)];
  const { second, third } = await senders.fourth.begin(async (fourth) => {
    await sendEvents(fourth, [other]);
    const { second } = await senders.first.begin(async (first) => {
      await sendEvents(first, [event]);
      const second = sendEvents(senders.second, [event, other, one]);
      await waitUntilBlocked(database.sql, 'second');
      return { second };
    });
    // The second sender now holds the day of the event, and waits for the other event.
    await waitUntilBlockedBy(fourth, 'second');
    const third = sendEvents(senders.third, [two]);
    // This one holds the event, and waits for its day.
    await waitUntilBlocked(database.sql, 'third');
    return { second, third };
  });
  expect(outcomes(await third)).toEqual(['accepted']);
  expect(outcomes(await second)).toEqual(['duplicate', 'duplicate', 'already_voided']);
  expect([await readPoints(), await readUsedPoints()]).toEqual([5, 0]);
});
