import type { Inngest } from 'inngest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let stand: TestEngine;
const started: unknown[] = [];
/** Scheduled ticks, which fire at any time while other tests move the clock. */
const ticks: string[] = [];

const minuteMs = 60_000;

function createFunctions(client: Inngest) {
  const record = ({ event }: { event: { data: unknown } }) => {
    started.push(event.data);
    return Promise.resolve(null);
  };
  return [
    client.createFunction(
      {
        id: 'limited',
        rateLimit: { limit: 1, period: '1m', key: 'event.data.key' },
        triggers: { event: 'test/limited' },
      },
      record,
    ),
    client.createFunction(
      { id: 'once', idempotency: 'event.data.order', triggers: { event: 'test/once' } },
      record,
    ),
    client.createFunction(
      { id: 'throttled', throttle: { limit: 2, period: '1m' }, triggers: { event: 'test/throttled' } },
      record,
    ),
    client.createFunction(
      {
        id: 'debounced',
        debounce: { period: '1m', timeout: '3m', key: 'event.data.key' },
        triggers: { event: 'test/debounced' },
      },
      record,
    ),
    client.createFunction(
      {
        id: 'batched',
        batchEvents: { maxSize: 3, timeout: '30s', key: 'event.data.key' },
        triggers: { event: 'test/batched' },
      },
      async ({ events }) => {
        const values = events.map(({ data }) => data.value);
        started.push(values);
        return values;
      },
    ),
    client.createFunction(
      {
        id: 'single',
        singleton: { mode: 'skip', key: 'event.data.key' },
        triggers: { event: 'test/single' },
      },
      async ({ step }) => await step.sleep('hold', '1m'),
    ),
    client.createFunction(
      {
        id: 'latest',
        singleton: { mode: 'cancel', key: 'event.data.key' },
        triggers: { event: 'test/latest' },
      },
      async ({ step }) => await step.sleep('hold', '1m'),
    ),
    client.createFunction(
      { id: 'regular', triggers: { cron: 'TZ=Europe/Paris 0 */12 * * *' } },
      async ({ event }) => {
        ticks.push(event.name);
      },
    ),
    client.createFunction({ id: 'wild', triggers: [{ event: 'wild/*' }, { event: 'wild/one' }] }, record),
    client.createFunction(
      { id: 'choosy', triggers: { event: 'test/choosy', if: 'event.data.size > 3' } },
      record,
    ),
  ];
}

beforeAll(async () => {
  database = await createTestDatabase();
  stand = await startTestEngine({ databaseUrl: database.superuserUrl }, createFunctions);
});
afterAll(async () => {
  await stand?.stop();
  await database?.drop();
});
beforeEach(async () => {
  await stand.engine.settle();
  started.length = 0;
  ticks.length = 0;
});

async function send(name: string, ...payloads: Record<string, unknown>[]): Promise<void> {
  await stand.engine.send(payloads.map((data) => ({ name, data })));
  await stand.engine.settle();
}

/** Runs of different events execute concurrently, so their order is not guaranteed. */
function expectStarted(...items: unknown[]): void {
  expect(started).toHaveLength(items.length);
  expect(started).toEqual(expect.arrayContaining(items));
}

async function statuses(functionId: string): Promise<string[]> {
  const runs = await stand.engine.runs.list({ function_id: `test-${functionId}` });
  return runs.map(({ status }) => status).reverse();
}

describe('triggers', () => {
  it('match wildcards, and start one run even when several match', async () => {
    await send('wild/one', { value: 1 });
    await send('wild/other', { value: 2 });
    await send('wilder/one', { value: 3 });
    expectStarted({ value: 1 }, { value: 2 });
  });

  it('have conditions', async () => {
    await send('test/choosy', { size: 3 }, { size: 4 }, {});
    expect(started).toEqual([{ size: 4 }]);
  });

  it('of a schedule fire at each tick, in its time zone', async () => {
    await stand.engine.advance(24 * 60 * minuteMs);
    expect(ticks).toEqual(['inngest/scheduled.timer', 'inngest/scheduled.timer']);
    const run = await stand.newest('regular');
    expect(run).toMatchObject({ cron: 'TZ=Europe/Paris 0 */12 * * *', status: 'Completed' });
    expect(new Date(String(run.events[0]?.data.scheduledAt)).getUTCMinutes()).toBe(0);
  });
});

describe('limits on starting', () => {
  it('rate limit: refuses within the period, per key', async () => {
    await send('test/limited', { key: 'a', n: 1 }, { key: 'a', n: 2 }, { key: 'b', n: 3 });
    expectStarted({ key: 'a', n: 1 }, { key: 'b', n: 3 });
    await stand.engine.advance(minuteMs + 1_000);
    await send('test/limited', { key: 'a', n: 4 });
    expect(started).toContainEqual({ key: 'a', n: 4 });
  });

  it('idempotency: one run per key within 24 hours', async () => {
    await send('test/once', { order: 1, n: 1 }, { order: 1, n: 2 }, { order: 2, n: 3 });
    await stand.engine.advance(23 * 60 * minuteMs);
    await send('test/once', { order: 1, n: 4 });
    await stand.engine.advance(2 * 60 * minuteMs);
    await send('test/once', { order: 1, n: 5 });
    expect(started.map((item) => Object(item).n).sort()).toEqual([1, 3, 5]);
  });

  it('throttle: starts what fits and queues the rest', async () => {
    await send('test/throttled', { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 });
    expectStarted({ n: 1 }, { n: 2 });
    await stand.engine.advance(31_000);
    expectStarted({ n: 1 }, { n: 2 }, { n: 3 });
    await stand.engine.advance(30_000);
    expect(started).toHaveLength(4);
  });

  it('debounce: starts once with the last event when the key has been quiet', async () => {
    for (const n of [1, 2, 3]) {
      await send('test/debounced', { key: 'a', n });
      await stand.engine.advance(30_000);
    }
    expect(started).toEqual([]);
    await stand.engine.advance(31_000);
    expect(started).toEqual([{ key: 'a', n: 3 }]);
  });

  it('debounce: does not wait longer than its time-out', async () => {
    for (let n = 1; n <= 6; n += 1) {
      await send('test/debounced', { key: 'busy', n });
      await stand.engine.advance(40_000);
    }
    expect(started).toEqual([{ key: 'busy', n: 5 }]);
    await stand.engine.advance(minuteMs);
  });

  it('batch: starts when full, or when its time is up', async () => {
    await send('test/batched', ...[1, 2, 3, 4].map((value) => ({ key: 'a', value })), { key: 'b', value: 9 });
    expect(started).toEqual([[1, 2, 3]]);
    await stand.engine.advance(31_000);
    expectStarted([1, 2, 3], [4], [9]);
  });

  it('singleton: skips the new run, or cancels the old one', async () => {
    await send('test/single', { key: 'a' });
    await send('test/single', { key: 'a' });
    await send('test/single', { key: 'b' });
    expect(await statuses('single')).toEqual(['Running', 'Skipped', 'Running']);
    await send('test/latest', { key: 'a' });
    await send('test/latest', { key: 'a' });
    expect(await statuses('latest')).toEqual(['Cancelled', 'Running']);
    await stand.engine.advance(2 * minuteMs);
    await send('test/single', { key: 'a' });
    expect(await statuses('single')).toEqual(['Completed', 'Skipped', 'Completed', 'Running']);
  });
});
