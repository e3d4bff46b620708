import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayers, type EventsAnswer, sendEvents } from '../arena.ts';

let database: TestDatabase;
let player: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  [player = ''] = await createPlayers(database.sql, 1);
});
afterAll(async () => {
  await database.drop();
});

const makeEvent = (change: Record<string, unknown> = {}) => ({
  external_id: `event-${randomUUID()}`,
  player_id: player,
  metric: 'deal_closed',
  units: 1,
  occurred_at: new Date(Date.now() - 1000).toISOString(),
  ...change,
});
const makeVoid = (voids: string) => ({ external_id: `void-${randomUUID()}`, voids });
const send = (events: readonly unknown[], isAllOrNothing = false) =>
  sendEvents(database.sql, events, 'test', isAllOrNothing);
const outcomes = (answer: EventsAnswer) => answer.results.map(({ status, reason }) => reason ?? status);

async function readPoints(): Promise<number[]> {
  const rows = await database.sql`
    select points::int from public.score_events where player_id = ${player} order by id`;
  return rows.map(({ points }) => points);
}

describe('a void', () => {
  it('cancels exactly the points, once, and cannot be voided itself', async () => {
    const event = makeEvent({ units: 3 });
    await send([event]);
    const [one, two] = [makeVoid(event.external_id), makeVoid(event.external_id)];
    const answer = await send([one, two]);
    expect(answer.results).toMatchObject([
      { status: 'accepted', points: -300 },
      { reason: 'already_voided' },
    ]);
    expect(outcomes(await send([one, two]))).toEqual(['duplicate', 'already_voided']);
    expect(outcomes(await send([makeVoid(one.external_id)]))).toEqual(['not_voidable']);
    expect(await readPoints()).toEqual([300, -300]);
  });

  it('that appears twice in a batch is a duplicate', async () => {
    const event = makeEvent();
    await send([event]);
    const taking = makeVoid(event.external_id);
    const answer = await send([taking, taking]);
    expect(outcomes(answer)).toEqual(['accepted', 'duplicate']);
    expect(answer.results[1]?.event_id).toBe(answer.results[0]?.event_id);
  });

  it('that is refused does not affect a later one', async () => {
    const [event, other] = [makeEvent(), makeEvent()];
    await send([event, other]);
    const answer = await send([
      { external_id: other.external_id, voids: event.external_id },
      { ...makeVoid(event.external_id), occurred_at: 'yesterday' },
      makeVoid(event.external_id),
    ]);
    expect(outcomes(answer)).toEqual(['conflict', 'invalid_time', 'accepted']);
  });

  it('with the id of an event is a conflict, whatever it voids', async () => {
    const event = makeEvent();
    await send([event]);
    expect(outcomes(await send([{ external_id: event.external_id, voids: 'never sent' }]))).toEqual([
      'conflict',
    ]);
  });

  it('with the id of another void is a conflict', async () => {
    const [event, other] = [makeEvent(), makeEvent()];
    await send([event, other]);
    const taking = makeVoid(event.external_id);
    const again = { ...taking, voids: other.external_id };
    expect(outcomes(await send([taking, again]))).toEqual(['accepted', 'conflict']);
    expect(outcomes(await send([again]))).toEqual(['conflict']);
  });

  it('may come in the batch of its event, in any order, and the batch may be repeated', async () => {
    const event = makeEvent();
    const batch = [makeVoid(event.external_id), event];
    expect(outcomes(await send(batch))).toEqual(['accepted', 'accepted']);
    expect(await readPoints()).toEqual([100, -100]);
    expect(outcomes(await send(batch))).toEqual(['duplicate', 'duplicate']);
  });

  it('of an event that its batch refuses has nothing to void', async () => {
    const event = makeEvent({ units: -1 });
    expect(outcomes(await send([event, makeVoid(event.external_id)]))).toEqual([
      'invalid_units',
      'unknown_event',
    ]);
  });

  it('cannot have occurred before its event', async () => {
    const event = makeEvent();
    await send([event]);
    const early = new Date(Date.parse(event.occurred_at) - 1).toISOString();
    for (const occurred_at of [early, '1999-12-31T23:59:59Z']) {
      const answer = await send([{ ...makeVoid(event.external_id), occurred_at }]);
      expect(outcomes(answer)).toEqual(['before_event']);
      expect(answer.results[0]?.message).toContain('before the event');
    }
    const { occurred_at } = event;
    expect(outcomes(await send([{ ...makeVoid(event.external_id), occurred_at }]))).toEqual(['accepted']);
  });

  it('without a time occurs now, or with an event whose clock is ahead', async () => {
    const [past, ahead] = [
      makeEvent(),
      makeEvent({ occurred_at: new Date(Date.now() + 60_000).toISOString() }),
    ];
    await send([past, ahead]);
    await send([makeVoid(past.external_id), makeVoid(ahead.external_id)]);
    const rows = await database.sql`
      select occurred_at = received_at as is_now, occurred_at from public.score_events
      where voids_id is not null and player_id = ${player} order by occurred_at`;
    expect(rows.map(({ is_now }) => is_now)).toEqual([true, false]);
    expect(rows[1]?.occurred_at.toISOString()).toBe(ahead.occurred_at);
  });

  it('that is refused keeps out the events of an all-or-nothing batch', async () => {
    const event = makeEvent();
    const batch = [event, makeVoid(event.external_id), makeVoid('never sent')];
    expect(outcomes(await send(batch, true))).toEqual(['batch_refused', 'batch_refused', 'unknown_event']);
    expect(await readPoints()).toEqual([]);
    expect(outcomes(await send(batch.slice(0, 2), true))).toEqual(['accepted', 'accepted']);
  });
});

describe('the daily cap', () => {
  // A past day, so no day ends between two events.
  const occurred_at = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 3_600_000).toISOString();
  const makeTask = (change: Record<string, unknown> = {}) =>
    makeEvent({ metric: 'task_completed', units: 20, occurred_at, ...change });
  const readDay = async () => {
    const [row] =
      await database.sql`select points::int from leaderboard.capped_days where player_id = ${player}`;
    return row?.points ?? null;
  };

  it('is given back by a void', async () => {
    const events = [makeTask(), makeTask(), makeTask()];
    const first = await send(events);
    expect(first.results.map(({ points }) => points)).toEqual([100, 100, 50]);
    await send([makeVoid(events[0]?.external_id ?? '')]);
    const after = await send([makeTask({ units: 40 })]);
    expect(after.results[0]?.points).toBe(100);
  });

  it('is given back by a void of the same batch', async () => {
    const event = makeTask();
    const answer = await send([event, makeVoid(event.external_id), makeTask({ units: 4 })]);
    expect(answer.results.map(({ points }) => points)).toEqual([100, -100, 20]);
    expect(await readDay()).toBe(20);
  });

  it('is deleted once no event of the day can arrive, and its events can still be voided', async () => {
    const event = makeTask();
    await send([event]);
    expect(await readDay()).toBe(100);
    await database.sql`select leaderboard.forget_capped_days()`;
    expect(await readDay()).toBe(100);
    await database.sql.begin(async (sql) => {
      await sql`update leaderboard.leaderboard_settings set event_age_max = '-10 days'`;
      await sql`select leaderboard.forget_capped_days()`;
      await sql`update leaderboard.leaderboard_settings set event_age_max = '366 days'`;
    });
    expect(await readDay()).toBeNull();
    expect(outcomes(await send([makeVoid(event.external_id)]))).toEqual(['accepted']);
    expect(await readPoints()).toEqual([100, -100]);
    expect(await readDay()).toBeNull();
  });
});
