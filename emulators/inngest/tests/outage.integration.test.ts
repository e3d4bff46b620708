import { Inngest } from 'inngest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { createVirtualClock } from '../clock.ts';
import { createEngine, type Engine } from '../engine.ts';
import { type CuttableConnection, createCuttableConnection } from '../testing/cut-connection.ts';
import { serveApp, type TestApp } from '../testing/serve-app.ts';
import { quietLogger } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let connection: CuttableConnection;
let engine: Engine;
let client: Inngest;
let apps: TestApp[];
let messages: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  connection = await createCuttableConnection(database.superuserUrl);
  messages = [];
  apps = [];
  engine = createEngine({
    databaseUrl: connection.url,
    clock: createVirtualClock(),
    backoffMs: 0,
    leaseMs: 400,
    log: (_, message) => messages.push(message),
  });
  const { url } = await engine.start();
  client = new Inngest({ id: 'outage', isDev: true, baseUrl: url, logger: quietLogger });
});
afterEach(async () => {
  await engine.stop();
  for (const app of apps) await app.close();
  await connection.cut();
  await database.drop();
});

async function readStatuses(): Promise<string[]> {
  const rows = await database.admin<{ status: string }[]>`select status from inngest_local.runs order by id`;
  return rows.map(({ status }) => status);
}

const eventually = { timeout: 50_000, interval: 20 };

/** A promise that a test resolves to let something continue. */
function createGate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

it('an answer that arrives while the database is down is kept and written when it is back', async () => {
  const reached = createGate();
  const gate = createGate();
  let executions = 0;
  const work = client.createFunction(
    { id: 'work', retries: 0, triggers: { event: 'outage/work' } },
    ({ step }) =>
      step.run('slow', async () => {
        executions += 1;
        reached.open();
        await gate.opened;
        return executions;
      }),
  );
  const app = await serveApp(client, [work]);
  apps.push(app);
  await engine.sync(app.url);
  await engine.send({ name: 'outage/work', data: {} });
  await reached.opened;
  await connection.cut();
  gate.open();
  await expect.poll(() => messages, eventually).toContain('An answer could not be written yet.');
  await connection.restore();
  await expect.poll(readStatuses, eventually).toEqual(['Completed']);
  expect(executions).toBe(1);
  expect(await engine.send({ name: 'outage/nobody', data: {} })).toHaveLength(1);
});

it('work in progress during repeated database outages is all finished, once', async () => {
  const runCount = 6;
  const executions = new Map<string, number>();
  const work = client.createFunction(
    { id: 'work', retries: 0, triggers: { event: 'outage/work' } },
    async ({ event, step }) => {
      const execute = (name: string) => {
        const key = `${event.data.n}-${name}`;
        executions.set(key, (executions.get(key) ?? 0) + 1);
      };
      await step.run('first', () => execute('first'));
      await Promise.all(['a', 'b'].map((name) => step.run(name, () => execute(name))));
      await step.run('last', () => execute('last'));
    },
  );
  const app = await serveApp(client, [work]);
  apps.push(app);
  await engine.sync(app.url);
  const events = Array.from({ length: runCount }, (_, n) => ({ name: 'outage/work', data: { n } }));
  await engine.send(events);
  for (const reached of [2, 9, 16]) {
    await expect.poll(() => executions.size, eventually).toBeGreaterThanOrEqual(reached);
    await connection.cut();
    await expect.poll(() => messages.splice(0), eventually).toContainEqual(expect.stringContaining('down'));
    await connection.restore();
    // An engine that has not noticed the outage would not log the next one.
    await expect.poll(() => messages, eventually).toContain('The database is back.');
  }
  await expect.poll(readStatuses, eventually).toEqual(Array.from({ length: runCount }, () => 'Completed'));
  expect([...executions.values()]).toEqual(Array.from({ length: runCount * 4 }, () => 1));
}, 300_000);

it('an app that is down uses no attempts, not even the only one', async () => {
  let executions = 0;
  const work = client.createFunction(
    { id: 'work', retries: 0, triggers: { event: 'outage/work' } },
    ({ step }) =>
      step.run('once', () => {
        executions += 1;
      }),
  );
  const first = await serveApp(client, [work]);
  await engine.sync(first.url);
  await first.close();
  await engine.send({ name: 'outage/work', data: {} });
  await expect.poll(() => messages, eventually).toContain('An application is unreachable.');
  expect(await readStatuses()).toEqual(['Running']);
  apps.push(await serveApp(client, [work], first.port));
  await expect.poll(readStatuses, eventually).toEqual(['Completed']);
  expect(executions).toBe(1);
});

it('an app that dies during a call costs one attempt', async () => {
  const reached = createGate();
  const attempts: number[] = [];
  const work = client.createFunction(
    { id: 'work', retries: 1, triggers: { event: 'outage/work' } },
    ({ step, attempt }) =>
      step.run('once', async () => {
        attempts.push(attempt);
        reached.open();
        if (attempts.length === 1) await new Promise(() => {});
      }),
  );
  const first = await serveApp(client, [work]);
  await engine.sync(first.url);
  await engine.send({ name: 'outage/work', data: {} });
  await reached.opened;
  await first.close();
  apps.push(await serveApp(client, [work], first.port));
  await expect.poll(readStatuses, eventually).toEqual(['Completed']);
  expect(attempts).toEqual([0, 1]);
});

it('a run that is cancelled during a call stays cancelled, whatever the call answers', async () => {
  const reached = createGate();
  const gate = createGate();
  let afterwards = 0;
  const work = client.createFunction({ id: 'work', triggers: { event: 'outage/work' } }, async ({ step }) => {
    await step.run('slow', async () => {
      reached.open();
      await gate.opened;
    });
    await step.run('next', () => {
      afterwards += 1;
    });
  });
  const app = await serveApp(client, [work]);
  apps.push(app);
  await engine.sync(app.url);
  await engine.send({ name: 'outage/work', data: {} });
  await reached.opened;
  const [run] = await engine.runs.list();
  expect(await engine.runs.cancel(run?.id ?? '')).toBe(true);
  gate.open();
  await engine.settle();
  const details = await engine.runs.get(run?.id ?? '');
  expect(details?.run.status).toBe('Cancelled');
  expect(details?.steps).toEqual([]);
  expect(afterwards).toBe(0);
});
