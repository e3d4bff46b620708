import { type Inngest, NonRetriableError, RetryAfterError } from 'inngest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let stand: TestEngine;
const calls = new Map<string, number>();

function count(name: string): number {
  const next = (calls.get(name) ?? 0) + 1;
  calls.set(name, next);
  return next;
}

function createFunctions(client: Inngest) {
  const sequential = client.createFunction(
    { id: 'sequential', triggers: { event: 'test/sequential' } },
    async ({ event, step }) => {
      const first = await step.run('first', () => ({ value: event.data.value, at: new Date(0) }));
      count('body');
      const loop: number[] = [];
      for (const index of [0, 1, 2]) loop.push(await step.run('loop', () => index * 10));
      const nothing = await step.run('nothing', () => undefined);
      return { first, loop, nothing };
    },
  );
  const flaky = client.createFunction(
    { id: 'flaky', retries: 2, triggers: { event: 'test/flaky' } },
    async ({ step }) => {
      await step.run('steady', () => count('steady'));
      const tries = await step.run('shaky', () => {
        if (count('shaky') < 3) throw new Error('not yet');
        return calls.get('shaky');
      });
      return { tries };
    },
  );
  const caught = client.createFunction(
    { id: 'caught', retries: 1, triggers: { event: 'test/caught' } },
    async ({ step }) => {
      try {
        await step.run('doomed', () => {
          count('doomed');
          throw new Error('outer', { cause: new Error('middle', { cause: new Error('inner') }) });
        });
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        return {
          message: error instanceof Error ? error.message : '',
          cause: cause instanceof Error ? cause.message : String(cause),
        };
      }
    },
  );
  const patient = client.createFunction(
    { id: 'patient', retries: 3, triggers: { event: 'test/patient' } },
    async ({ step }) =>
      await step.run('limited', () => {
        if (count('limited') === 1) throw new RetryAfterError('slow down', 60_000);
        return 'served';
      }),
  );
  const failing = client.createFunction(
    {
      id: 'failing',
      retries: 3,
      triggers: { event: 'test/failing' },
      onFailure: async ({ event, error, step }) => {
        await step.run('tell', () => count('told'));
        return { name: error.name, message: error.message, run_id: event.data.run_id };
      },
    },
    async () => {
      count('failing');
      throw new NonRetriableError('never', { cause: new TypeError('root') });
    },
  );
  const fanOut = client.createFunction(
    { id: 'fan-out', triggers: { event: 'test/fan-out' } },
    async ({ step }) => {
      const results = await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          step.run(`part-${index}`, async () => {
            count(`part-${index}`);
            await new Promise((resolve) => setImmediate(resolve));
            return index;
          }),
        ),
      );
      return await step.run('sum', () => results.reduce((sum, value) => sum + value, 0));
    },
  );
  const nested = client.createFunction(
    { id: 'nested', triggers: { event: 'test/nested' } },
    async ({ step }) => {
      const chain = async (name: string) => {
        const first = await step.run(`${name}-1`, () => count(`${name}-1`));
        return await step.run(`${name}-2`, () => first + count(`${name}-2`));
      };
      const pair = await Promise.all([
        chain('left'),
        Promise.all([chain('a'), step.run('b', () => count('b'))]),
      ]);
      const same = await Promise.all([1, 2, 3].map((value) => step.run('same', () => value)));
      return { pair, same };
    },
  );
  const partlyFailing = client.createFunction(
    { id: 'partly-failing', retries: 2, triggers: { event: 'test/partly-failing' } },
    async ({ step }) => {
      const settled = await Promise.allSettled([
        step.run('good', () => count('good')),
        step.run('bad', () => {
          count('bad');
          throw new Error('always');
        }),
      ]);
      return settled.map(({ status }) => status);
    },
  );
  const race = client.createFunction(
    { id: 'race', triggers: { event: 'test/race' } },
    async ({ step, group }) => {
      const winner = await group.parallel(async () =>
        Promise.race([step.run('quick', () => 'quick'), step.sleep('slow', '1h').then(() => 'slow')]),
      );
      return await step.run('after', () => {
        count('after');
        return winner;
      });
    },
  );
  return [sequential, flaky, caught, patient, failing, fanOut, nested, partlyFailing, race];
}

beforeAll(async () => {
  database = await createTestDatabase();
  stand = await startTestEngine({ databaseUrl: database.superuserUrl }, createFunctions);
});
afterAll(async () => {
  await stand?.stop();
  await database?.drop();
});
beforeEach(() => calls.clear());

describe('steps', () => {
  it('run once each, in order, and keep what they returned', async () => {
    const run = await stand.run('test/sequential', { value: 7 });
    expect(run.status).toBe('Completed');
    expect(run.output).toEqual({
      first: { value: 7, at: '1970-01-01T00:00:00.000Z' },
      loop: [0, 10, 20],
      nothing: null,
    });
  });

  it('are retried separately, each with its own attempts', async () => {
    const run = await stand.run('test/flaky');
    expect(run).toMatchObject({ status: 'Completed', output: { tries: 3 } });
    expect(calls.get('steady')).toBe(1);
  });

  it('throw into the function when their attempts are used up, with the chain of causes', async () => {
    const run = await stand.run('test/caught');
    expect(run).toMatchObject({ status: 'Completed', output: { message: 'outer', cause: 'middle' } });
    expect(calls.get('doomed')).toBe(2);
  });

  it('wait as long as RetryAfterError requires', async () => {
    const started = await stand.run('test/patient');
    expect(started.status).toBe('Running');
    await stand.engine.advance(50_000);
    expect((await stand.newest('patient')).status).toBe('Running');
    await stand.engine.advance(15_000);
    expect(await stand.newest('patient')).toMatchObject({ status: 'Completed', output: 'served' });
    expect(calls.get('limited')).toBe(2);
  });

  it('fail the run at once on NonRetriableError, and call onFailure once', async () => {
    const run = await stand.run('test/failing');
    expect(run).toMatchObject({ status: 'Failed', output: { message: 'never' } });
    expect(calls.get('failing')).toBe(1);
    expect(calls.get('told')).toBe(1);
    const handled = await stand.newest('failing-failure');
    expect(handled).toMatchObject({ status: 'Completed', output: { message: 'never', run_id: run.id } });
  });

  it('fan out to 25 and each runs exactly once', async () => {
    const run = await stand.run('test/fan-out');
    expect(run).toMatchObject({ status: 'Completed', output: 300 });
    for (let index = 0; index < 25; index += 1) expect(calls.get(`part-${index}`)).toBe(1);
  });

  it('nest in parallel chains, and share a name', async () => {
    const run = await stand.run('test/nested');
    expect(run).toMatchObject({ status: 'Completed', output: { pair: [2, [2, 1]], same: [1, 2, 3] } });
    for (const name of ['left-1', 'left-2', 'a-1', 'a-2', 'b']) expect(calls.get(name)).toBe(1);
  });

  it('fail in parallel without stopping their siblings', async () => {
    const run = await stand.run('test/partly-failing');
    expect(run).toMatchObject({ status: 'Completed', output: ['fulfilled', 'rejected'] });
    expect(calls.get('good')).toBe(1);
    expect(calls.get('bad')).toBe(3);
  });

  it('race: the step after the race runs once, before the loser ends', async () => {
    await stand.run('test/race');
    expect(calls.get('after')).toBe(1);
    await stand.engine.advance(3_700_000);
    expect(await stand.newest('race')).toMatchObject({ status: 'Completed', output: 'quick' });
    expect(calls.get('after')).toBe(1);
  });
});
