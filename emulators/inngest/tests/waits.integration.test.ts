import { type Inngest, referenceFunction } from 'inngest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let stand: TestEngine;
let sent = 0;

const hourMs = 3_600_000;

function createFunctions(client: Inngest) {
  const sleeper = client.createFunction(
    { id: 'sleeper', triggers: { event: 'test/sleep' } },
    async ({ step }) => {
      await step.sleep('nap', '1h');
      await step.sleepUntil('past', new Date(0));
      return 'awake';
    },
  );
  const matching = client.createFunction(
    { id: 'matching', triggers: { event: 'test/matching' } },
    async ({ step }) => {
      const taken = await step.waitForEvent('wait', {
        event: 'test/answer',
        match: 'data.key',
        timeout: '2h',
      });
      return taken?.data ?? 'timed out';
    },
  );
  const conditional = client.createFunction(
    { id: 'conditional', triggers: { event: 'test/conditional' } },
    async ({ step }) => {
      const wait = { event: 'test/answer', if: 'async.data.size > event.data.least', timeout: '2h' };
      const taken = await step.waitForEvent('wait', wait);
      return taken?.data ?? 'timed out';
    },
  );
  const broken = client.createFunction(
    { id: 'broken', triggers: { event: 'test/broken' } },
    async ({ step }) =>
      await step.waitForEvent('wait', { event: 'test/answer', if: 'async.data.(', timeout: '2h' }),
  );
  const sending = client.createFunction(
    { id: 'sending', triggers: { event: 'test/sending' } },
    async ({ event, step }) => {
      const [taken] = await Promise.all([
        step.waitForEvent('wait', { event: 'test/answer', match: 'data.key', timeout: '2h' }),
        step.sendEvent('send', [
          { name: 'test/answer', data: { key: 'of-somebody-else' } },
          { name: 'test/answer', data: { key: event.data.key, by: 'itself' } },
        ]),
      ]);
      await step.run('count', () => {
        sent += 1;
      });
      return taken?.data;
    },
  );
  const signalled = client.createFunction(
    { id: 'signalled', triggers: { event: 'test/signalled' } },
    async ({ event, step }) =>
      await step.waitForSignal('wait', {
        signal: event.data.signal,
        timeout: '1h',
        onConflict: event.data.replace ? 'replace' : 'fail',
      }),
  );
  const signaller = client.createFunction(
    { id: 'signaller', triggers: { event: 'test/signaller' } },
    async ({ event, step }) =>
      await step.sendSignal('send', { signal: event.data.signal, data: { ok: true } }),
  );
  return [sleeper, matching, conditional, broken, sending, signalled, signaller, ...createInvokers(client)];
}

const childDataSchema = z.object({
  sleeps: z.boolean().default(false),
  fails: z.boolean().default(false),
  value: z.number().default(0),
});

function createInvokers(client: Inngest) {
  const child = client.createFunction({ id: 'child', triggers: [] }, async ({ event, step }) => {
    const { sleeps, fails, value } = childDataSchema.parse(event.data);
    if (sleeps) await step.sleep('long', '3h');
    if (fails) throw new Error('child failed', { cause: new Error('deep') });
    return await step.run('double', () => value * 2);
  });
  const parent = client.createFunction(
    { id: 'parent', retries: 0, triggers: { event: 'test/parent' } },
    async ({ event, step }) => {
      const target = event.data.unknown ? referenceFunction({ appId: 'test', functionId: 'nobody' }) : child;
      try {
        return await step.invoke('invoke', { function: target, data: event.data, timeout: '2h' });
      } catch (error) {
        return error instanceof Error ? { name: error.name, message: error.message } : null;
      }
    },
  );
  return [child, parent];
}

beforeAll(async () => {
  database = await createTestDatabase();
  stand = await startTestEngine({ databaseUrl: database.superuserUrl, backoffMs: 0 }, createFunctions);
});
afterAll(async () => {
  await stand?.stop();
  await database?.drop();
});
beforeEach(() => {
  sent = 0;
});

async function send(name: string, data: Record<string, unknown>): Promise<void> {
  await stand.engine.send({ name, data });
  await stand.engine.settle();
}

describe('sleeping', () => {
  it('ends when the time has come, not before, and a past time ends at once', async () => {
    await stand.run('test/sleep');
    await stand.engine.advance(hourMs - 5_000);
    expect((await stand.newest('sleeper')).status).toBe('Running');
    await stand.engine.advance(10_000);
    expect(await stand.newest('sleeper')).toMatchObject({ status: 'Completed', output: 'awake' });
  });
});

describe('waiting for an event', () => {
  it('takes the event that matches, and only that', async () => {
    await stand.run('test/matching', { key: 'a' });
    await send('test/answer', { key: 'b' });
    expect((await stand.newest('matching')).status).toBe('Running');
    await send('test/answer', { key: 'a', said: 'yes' });
    expect(await stand.newest('matching')).toMatchObject({ output: { key: 'a', said: 'yes' } });
  });

  it('takes one event once for every run that matches', async () => {
    const first = await stand.run('test/matching', { key: 'shared' });
    const second = await stand.run('test/matching', { key: 'shared' });
    await send('test/answer', { key: 'shared' });
    for (const { id } of [first, second]) {
      expect((await stand.engine.runs.get(id))?.run.status).toBe('Completed');
    }
  });

  it('matches when neither side has the key', async () => {
    await stand.run('test/matching', {});
    await send('test/answer', { other: 1 });
    expect((await stand.newest('matching')).status).toBe('Completed');
  });

  it('does not take an event from before the wait', async () => {
    await send('test/answer', { key: 'early' });
    await stand.run('test/matching', { key: 'early' });
    expect((await stand.newest('matching')).status).toBe('Running');
  });

  it('evaluates a condition over both events', async () => {
    await stand.run('test/conditional', { least: 10 });
    await send('test/answer', { size: 10 });
    expect((await stand.newest('conditional')).status).toBe('Running');
    await send('test/answer', { size: 11 });
    expect(await stand.newest('conditional')).toMatchObject({ output: { size: 11 } });
  });

  it('returns null on timeout, and takes nothing afterwards', async () => {
    await stand.run('test/matching', { key: 'late' });
    await stand.engine.advance(2 * hourMs + 1_000);
    expect(await stand.newest('matching')).toMatchObject({ status: 'Completed', output: 'timed out' });
    await send('test/answer', { key: 'late' });
    expect(await stand.newest('matching')).toMatchObject({ output: 'timed out' });
  });

  it('fails the run when the condition is not an expression', async () => {
    expect(await stand.run('test/broken')).toMatchObject({ status: 'Failed' });
  });

  it('takes an event that the same function sends beside the wait', async () => {
    const run = await stand.run('test/sending', { key: 'mine' });
    expect(run).toMatchObject({ status: 'Completed', output: { key: 'mine', by: 'itself' } });
    expect(sent).toBe(1);
  });
});

describe('signals', () => {
  it('resume the run that waits', async () => {
    await stand.run('test/signalled', { signal: 'go' });
    await stand.run('test/signaller', { signal: 'go' });
    expect(await stand.newest('signalled')).toMatchObject({ output: { signal: 'go', data: { ok: true } } });
  });

  it('that nobody waits for are not an error', async () => {
    expect(await stand.run('test/signaller', { signal: 'nobody' })).toMatchObject({ status: 'Completed' });
  });

  it('have one waiter: a second one fails, or replaces it', async () => {
    const first = await stand.run('test/signalled', { signal: 'one' });
    expect(await stand.run('test/signalled', { signal: 'one' })).toMatchObject({ status: 'Failed' });
    const third = await stand.run('test/signalled', { signal: 'one', replace: true });
    await stand.run('test/signaller', { signal: 'one' });
    expect((await stand.engine.runs.get(third.id))?.run.status).toBe('Completed');
    expect((await stand.engine.runs.get(first.id))?.run.status).toBe('Running');
    await stand.engine.advance(hourMs + 1_000);
    expect((await stand.engine.runs.get(first.id))?.run).toMatchObject({ status: 'Completed', output: null });
  });
});

describe('invoking a function', () => {
  it("returns the child's result", async () => {
    expect(await stand.run('test/parent', { value: 21 })).toMatchObject({ status: 'Completed', output: 42 });
  });

  it("throws the child's error", async () => {
    const run = await stand.run('test/parent', { fails: true });
    expect(run).toMatchObject({ status: 'Completed', output: { message: 'child failed' } });
  });

  it('throws if there is no such function', async () => {
    const run = await stand.run('test/parent', { unknown: true });
    expect(run.output).toMatchObject({ message: 'could not find function with ID: test-nobody' });
  });

  it('throws on timeout, and on cancellation', async () => {
    await stand.run('test/parent', { sleeps: true, value: 1 });
    await stand.engine.advance(2 * hourMs + 1_000);
    expect(await stand.newest('parent')).toMatchObject({ output: { name: 'InngestInvokeTimeoutError' } });

    await stand.run('test/parent', { sleeps: true, value: 1 });
    const child = await stand.newest('child');
    await stand.engine.runs.cancel(child.id);
    await stand.engine.settle();
    expect(await stand.newest('parent')).toMatchObject({ output: { message: 'function cancelled' } });
  });
});
