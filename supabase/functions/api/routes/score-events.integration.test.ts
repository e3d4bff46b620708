import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createPlayers } from '../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../tests/real-api.ts';

const answerSchema = z.object({
  accepted: z.number(),
  refused: z.number(),
  results: z.array(
    z.object({ external_id: z.string().nullable(), status: z.string(), reason: z.string().optional() }),
  ),
});

const real = useRealApi();
let key: Record<string, string>;
let player: string;
beforeAll(async () => {
  key = await real().makeKey('score-events:write');
});
beforeEach(async () => {
  [player = ''] = await createPlayers(real().supabase.database.sql, 1);
});

const makeEvent = (change: Record<string, unknown> = {}) => ({
  external_id: randomUUID(),
  player_id: player,
  metric: 'deal_closed',
  units: 1,
  occurred_at: new Date(Date.now() - 1000).toISOString(),
  ...change,
});

async function report(body: string) {
  const response = await real().send('POST', '/score-events', body, key);
  expect(response.status).toBe(200);
  return answerSchema.parse(await response.json());
}

async function readSources(): Promise<string[]> {
  const rows = await real().supabase.database.sql`
    select source from public.score_events where player_id = ${player}`;
  return rows.map(({ source }) => source);
}

test('each invalid event is refused with its reason, and the valid one is recorded', async () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
  const cases: [unknown, string][] = [
    [makeEvent({ metric: 'nonsense' }), 'unknown_metric'],
    [makeEvent({ metric: { a: 1 } }), 'unknown_metric'],
    [makeEvent({ player_id: randomUUID() }), 'unknown_player'],
    [makeEvent({ units: Number.NaN }), 'invalid_units'],
    [makeEvent({ units: 'NaN' }), 'invalid_units'],
    [makeEvent({ units: -1 }), 'invalid_units'],
    [makeEvent({ units: 1e300 }), 'invalid_units'],
    [makeEvent({ units: [[[1]]] }), 'invalid_units'],
    [makeEvent({ occurred_at: minutes(10) }), 'invalid_time'],
    [makeEvent({ occurred_at: '1970-01-01T00:00:00Z' }), 'too_old'],
    [makeEvent({ occurred_at: '0001-01-01T00:00:00Z' }), 'too_old'],
    [makeEvent({ external_id: 'nul \0' }), 'invalid_external_id'],
    [makeEvent({ external_id: 'half \ud83d' }), 'invalid_external_id'],
    [makeEvent({ metric: 'nul \0' }), 'malformed'],
    [{ external_id: randomUUID(), voids: '\udc00' }, 'malformed'],
    [7, 'malformed'],
  ];
  const good = makeEvent({ external_id: 'whole 😀 \\u0000' });
  const answer = await report(JSON.stringify({ events: [...cases.map(([event]) => event), good] }));
  expect(answer.results.slice(0, -1).map(({ reason }) => reason)).toEqual(cases.map(([, reason]) => reason));
  expect(answer.results.at(-1)).toMatchObject({ external_id: good.external_id, status: 'accepted' });
  // The source of a key is its name, unless one was set.
  expect(await readSources()).toEqual(['score-events:write']);
});

test('numbers that no machine can represent and endlessly nested values are refused like others', async () => {
  const event = JSON.stringify(makeEvent()).slice(0, -1);
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const body = `{"events":[${event},"units":1e999},${event},"units":${nested}},${event},"note":${nested}}]}`;
  const answer = await report(body);
  expect(answer.results.map(({ status, reason }) => reason ?? status)).toEqual([
    'invalid_units',
    'invalid_units',
    'accepted',
  ]);
});

test('10,000 events of which one is invalid are refused as a whole, or recorded without that one', async () => {
  const events = Array.from({ length: 10_000 }, (_, index) =>
    makeEvent(index === 5_000 ? { units: -1 } : {}),
  );
  const whole = await report(JSON.stringify({ events, refuse_all_on_error: true }));
  expect(whole).toMatchObject({ accepted: 0, refused: 10_000 });
  expect(whole.results[5_000]?.reason).toBe('invalid_units');
  expect(whole.results[0]?.reason).toBe('batch_refused');
  expect(await readSources()).toHaveLength(0);
  expect(await report(JSON.stringify({ events }))).toMatchObject({ accepted: 9_999, refused: 1 });
  expect(await readSources()).toHaveLength(9_999);
}, 60_000);
