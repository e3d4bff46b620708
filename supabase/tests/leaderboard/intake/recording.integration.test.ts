import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayers, sendEvents } from '../arena.ts';

let database: TestDatabase;
let player: string;
let other: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  const ids = await createPlayers(database.sql, 2);
  [player = '', other = ''] = ids;
});
afterAll(async () => {
  await database.drop();
});

let count = 0;
function makeEvent(change: Record<string, unknown> = {}) {
  return {
    external_id: `intake-${count++}`,
    player_id: player,
    metric: 'deal_closed',
    units: 1,
    occurred_at: new Date(Date.now() - 1000).toISOString(),
    ...change,
  };
}

async function countEvents(): Promise<number> {
  const rows =
    await database.sql`select id from public.score_events where player_id in (${player}, ${other})`;
  return rows.length;
}

describe('a batch of score events', () => {
  it('reports the result of each element and keeps the valid ones', async () => {
    const now = Date.now();
    const cases: [unknown, string][] = [
      [makeEvent({ metric: 'nonsense' }), 'unknown_metric'],
      [makeEvent({ metric: null }), 'unknown_metric'],
      [makeEvent({ player_id: '00000000-0000-4000-8000-000000000000' }), 'unknown_player'],
      [makeEvent({ player_id: 'somebody' }), 'unknown_player'],
      [makeEvent({ units: 0 }), 'invalid_units'],
      [makeEvent({ units: -5 }), 'invalid_units'],
      [makeEvent({ units: 1e12 }), 'invalid_units'],
      [makeEvent({ units: 1e8 }), 'invalid_units'],
      [makeEvent({ units: 'NaN' }), 'invalid_units'],
      [makeEvent({ units: Number.NaN }), 'invalid_units'],
      [makeEvent({ units: '3' }), 'invalid_units'],
      [makeEvent({ occurred_at: new Date(now + 10 * 60_000).toISOString() }), 'invalid_time'],
      [makeEvent({ occurred_at: 'now' }), 'invalid_time'],
      [makeEvent({ occurred_at: 'infinity' }), 'invalid_time'],
      [makeEvent({ occurred_at: '2026-11-22T10:00:00' }), 'invalid_time'],
      [makeEvent({ occurred_at: '2026-02-30T10:00:00Z' }), 'invalid_time'],
      [makeEvent({ occurred_at: '2026-11-22T10:00:00.000 UTC' }), 'invalid_time'],
      [makeEvent({ occurred_at: '26-11-22T10:00:00.000Z' }), 'invalid_time'],
      [makeEvent({ occurred_at: '9999-12-31T23:59:59.000Z' }), 'invalid_time'],
      [makeEvent({ occurred_at: 1_763_805_600 }), 'invalid_time'],
      [makeEvent({ occurred_at: '2021-01-01T00:00:00Z' }), 'too_old'],
      [makeEvent({ occurred_at: '0001-01-01T00:00:00Z' }), 'too_old'],
      [makeEvent({ external_id: '' }), 'invalid_external_id'],
      [makeEvent({ external_id: 7 }), 'invalid_external_id'],
      [makeEvent({ external_id: 'x'.repeat(201) }), 'invalid_external_id'],
      [{ external_id: `void-${count++}`, voids: 'never sent' }, 'unknown_event'],
      ['text', 'malformed'],
      [null, 'malformed'],
      [[], 'malformed'],
    ];
    const good = makeEvent({ units: 2.5 });
    const answer = await sendEvents(database.sql, [...cases.map(([event]) => event), good]);
    expect(answer.results.slice(0, -1).map(({ status, reason }) => [status, reason])).toEqual(
      cases.map(([, reason]) => ['refused', reason]),
    );
    expect(answer).toMatchObject({ accepted: 1, duplicates: 0, refused: cases.length });
    expect(answer.results.at(-1)).toMatchObject({
      external_id: good.external_id,
      status: 'accepted',
      points: 250,
    });
    expect(await countEvents()).toBe(1);
  });

  it('takes times in any form of ISO 8601 with a zone', async () => {
    const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
    const forms = [`${day}T10:00:00.123Z`, `${day}T10:00Z`, `${day} 11:00:00+01`, `${day}T05:30:00.5-04:30`];
    const events = forms.map((occurred_at) => makeEvent({ occurred_at }));
    expect(await sendEvents(database.sql, events)).toMatchObject({ accepted: forms.length });
  });

  it('is refused as a whole on request', async () => {
    const known = makeEvent();
    await sendEvents(database.sql, [known]);
    const events = [makeEvent(), known, makeEvent({ units: -1 })];
    const answer = await sendEvents(database.sql, events, 'test', true);
    expect(answer.results.map(({ status, reason }) => reason ?? status)).toEqual([
      'batch_refused',
      'duplicate',
      'invalid_units',
    ]);
    expect(await countEvents()).toBe(1);
  });

  it('with one invalid event among 10,000 is recorded without that event', async () => {
    const events = Array.from({ length: 10_000 }, (_, index) =>
      makeEvent(index === 5_000 ? { units: -1 } : {}),
    );
    const whole = await sendEvents(database.sql, events, 'test', true);
    expect(whole).toMatchObject({ accepted: 0, refused: 10_000 });
    expect(whole.results[5_000]?.reason).toBe('invalid_units');
    expect(await countEvents()).toBe(0);
    expect(await sendEvents(database.sql, events)).toMatchObject({ accepted: 9_999, refused: 1 });
    expect(await countEvents()).toBe(9_999);
  });

  it('without events changes nothing', async () => {
    expect(await sendEvents(database.sql, [])).toEqual({
      accepted: 0,
      duplicates: 0,
      refused: 0,
      results: [],
    });
  });

  it('is refused if it has more than 10,000 events or is not a list', async () => {
    const tooMany = Array.from({ length: 10_001 }, () => 1);
    await expect(sendEvents(database.sql, tooMany)).rejects.toMatchObject({
      code: 'DS400',
      detail: 'batch_too_large',
    });
    const noList = database.sql`select public.record_score_events('test', '{}')`;
    await expect(noList).rejects.toMatchObject({ code: 'DS400', detail: 'malformed' });
  });
});

describe('the same external id', () => {
  it('counts once, and returns its original worth', async () => {
    const event = makeEvent();
    const first = await sendEvents(database.sql, [event]);
    const again = await sendEvents(database.sql, [event, event]);
    expect(again).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(again.results[0]).toEqual({ ...first.results[0], status: 'duplicate' });
    expect(await countEvents()).toBe(1);
  });

  it('counts once even if it appears twice in a batch', async () => {
    const event = makeEvent();
    const answer = await sendEvents(database.sql, [event, event, { ...event, units: 9 }]);
    expect(answer.results.map(({ status, reason }) => [status, reason])).toEqual([
      ['accepted', undefined],
      ['duplicate', undefined],
      ['refused', 'conflict'],
    ]);
  });

  it('is not used up by a refused element', async () => {
    const event = makeEvent();
    const answer = await sendEvents(database.sql, [{ ...event, units: -1 }, event]);
    expect(answer.results.map(({ status, reason }) => reason ?? status)).toEqual([
      'invalid_units',
      'accepted',
    ]);
  });

  it('with other content is a conflict', async () => {
    const event = makeEvent();
    await sendEvents(database.sql, [event]);
    const answer = await sendEvents(database.sql, [{ ...event, player_id: other }]);
    expect(answer.results[0]).toMatchObject({ status: 'refused', reason: 'conflict' });
  });

  it('from another source is another event', async () => {
    const event = makeEvent();
    await sendEvents(database.sql, [event], 'one');
    expect(await sendEvents(database.sql, [event], 'two')).toMatchObject({ accepted: 1 });
  });
});

describe('rules', () => {
  it('decide by when something occurred, and never change what was recorded', async () => {
    const metric = `metric_${count++}`;
    await database.sql`
      insert into public.score_rules (metric, points_per_unit, effective_from) values
        (${metric}, 10, now() - interval '2 days'), (${metric}, 50, now() - interval '1 day')`;
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const events = [3, 1.5, 0.5].map((days) => makeEvent({ metric, occurred_at: daysAgo(days) }));
    const { results } = await sendEvents(database.sql, events);
    expect(results.map(({ points, reason }) => points ?? reason)).toEqual(['unknown_metric', 10, 50]);
    await database.sql`select public.add_score_rule(${metric}, 99)`;
    expect(await sendEvents(database.sql, events.slice(1))).toMatchObject({ duplicates: 2 });
    const rows =
      await database.sql`select points::int from public.score_events where metric = ${metric} order by id`;
    expect(rows.map(({ points }) => points)).toEqual([10, 50]);
  });

  it.each([
    ['the past', { effective_from: '2026-01-01T00:00:00Z' }, 'invalid_effective_from'],
    ['negative points', { points: -1 }, 'invalid_points'],
    ['more decimals than are kept', { points: 0.000_04 }, 'invalid_points'],
    ['a cap of zero', { cap: 0 }, 'invalid_cap'],
    ['an invalid zone', { zone: 'Mars/Olympus' }, 'invalid_time_zone'],
  ])(
    'are refused for %s',
    async (_, change: { effective_from?: string; points?: number; cap?: number; zone?: string }, detail) => {
      const adding = database.sql`
      select public.add_score_rule('deal_closed', ${change.points ?? 1}, ${change.cap ?? null},
        ${change.effective_from ?? null}, ${change.zone ?? 'UTC'})`;
      await expect(adding).rejects.toMatchObject({ code: 'DS400', detail });
    },
  );

  it('never change, and neither do events', async () => {
    await sendEvents(database.sql, [makeEvent()]);
    for (const statement of ['update public.score_events set points = 1', 'delete from public.score_rules']) {
      await expect(database.sql.unsafe(statement)).rejects.toMatchObject({
        code: 'DS403',
        detail: 'append_only',
      });
    }
  });

  it('leave players their rows and ids, because events refer to them', async () => {
    for (const statement of ['delete from public.profiles', 'update public.profiles set id = id']) {
      await expect(database.sql.unsafe(statement)).rejects.toMatchObject({
        code: 'DS403',
        detail: 'player_kept',
      });
    }
  });
});
