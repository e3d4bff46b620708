import type { Inngest } from 'inngest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let stand: TestEngine;
const started: unknown[] = [];
let inFlight = 0;
let mostInFlight = 0;

const minuteMs = 60_000;

/** Waits until two have been there together once, and a little longer, so a third would be detected. */
async function occupy(): Promise<void> {
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  for (let turn = 0; turn < 20 || mostInFlight < 2; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  inFlight -= 1;
}

function createFunctions(client: Inngest) {
  const record = ({ event }: { event: { data: unknown } }) => {
    started.push(event.data);
    return Promise.resolve(null);
  };
  return [
    client.createFunction(
      { id: 'narrow', concurrency: { limit: 2, key: 'event.data.key' }, triggers: { event: 'test/narrow' } },
      async ({ step }) => {
        await step.run('first', occupy);
        await step.run('second', occupy);
      },
    ),
    client.createFunction(
      {
        id: 'ranked',
        priority: { run: 'event.data.rank' },
        concurrency: 1,
        triggers: { event: 'test/ranked' },
      },
      record,
    ),
    client.createFunction(
      {
        id: 'late-start',
        timeouts: { start: '10s' },
        throttle: { limit: 1, period: '1m' },
        triggers: { event: 'test/late-start' },
      },
      record,
    ),
    client.createFunction(
      { id: 'late-finish', timeouts: { finish: '10m' }, triggers: { event: 'test/late-finish' } },
      async ({ step }) => await step.sleep('hold', '1h'),
    ),
    client.createFunction(
      {
        id: 'cancellable',
        cancelOn: [{ event: 'test/cancel', match: 'data.key', timeout: '30m' }],
        triggers: { event: 'test/cancellable' },
      },
      async ({ step }) => {
        await step.sleep('hold', '1h');
        return 'not cancelled';
      },
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
  mostInFlight = 0;
});

async function send(name: string, ...payloads: Record<string, unknown>[]): Promise<void> {
  await stand.engine.send(payloads.map((data) => ({ name, data })));
  await stand.engine.settle();
}

async function statuses(functionId: string): Promise<string[]> {
  const runs = await stand.engine.runs.list({ function_id: `test-${functionId}` });
  return runs.map(({ status }) => status).reverse();
}

describe('limits on running', () => {
  it('concurrency: never more calls at once than the limit, per key', async () => {
    await send('test/narrow', ...Array.from({ length: 8 }, () => ({ key: 'a' })));
    expect(await statuses('narrow')).toEqual(Array.from({ length: 8 }, () => 'Completed'));
    expect(mostInFlight).toBe(2);
  });

  it('priority: the higher goes first when they compete', async () => {
    const ts = stand.clock.nowMs() + minuteMs;
    const ranks = [0, 50, 100, 75];
    await stand.engine.send(ranks.map((rank) => ({ name: 'test/ranked', data: { rank }, ts })));
    await stand.engine.settle();
    expect(started).toEqual([]);
    await stand.engine.advance(minuteMs);
    expect(started).toEqual([{ rank: 100 }, { rank: 75 }, { rank: 50 }, { rank: 0 }]);
  });

  it('time-outs: a run that starts or finishes too late is cancelled', async () => {
    await send('test/late-start', { n: 1 }, { n: 2 });
    await send('test/late-finish', {});
    await stand.engine.advance(11 * minuteMs);
    expect(await statuses('late-start')).toEqual(['Completed', 'Cancelled']);
    expect(await statuses('late-finish')).toEqual(['Cancelled']);
    expect(started).toEqual([{ n: 1 }]);
  });

  it('cancelOn: a matching event ends the run, for as long as the rule lasts', async () => {
    await send('test/cancellable', { key: 'a' });
    await send('test/cancellable', { key: 'b' });
    await send('test/cancel', { key: 'a' });
    expect(await statuses('cancellable')).toEqual(['Cancelled', 'Running']);
    await stand.engine.advance(31 * minuteMs);
    await send('test/cancel', { key: 'b' });
    await stand.engine.advance(30 * minuteMs);
    expect(await statuses('cancellable')).toEqual(['Cancelled', 'Completed']);
  });

  it('cancelOn: counts from when the trigger was received, but not the trigger itself', async () => {
    await stand.engine.send([
      { name: 'test/cancel', data: { key: 'c' } },
      { name: 'test/cancellable', data: { key: 'd' } },
      { name: 'test/cancel', data: { key: 'd' } },
    ]);
    await stand.engine.settle();
    await send('test/cancellable', { key: 'c' });
    expect((await statuses('cancellable')).slice(-2)).toEqual(['Cancelled', 'Running']);
  });
});
