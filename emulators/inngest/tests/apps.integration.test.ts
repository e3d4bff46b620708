import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Inngest } from 'inngest';
import { serve as serveNode } from 'inngest/node';
import { serve as serveSvelteKit } from 'inngest/sveltekit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { createVirtualClock } from '../clock.ts';
import { createEngine } from '../engine.ts';
import { listenAsApp, serveApp } from '../testing/serve-app.ts';
import { quietLogger, startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let other: TestDatabase;
let stand: TestEngine;

beforeAll(async () => {
  [database, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  stand = await startTestEngine({ databaseUrl: database.superuserUrl }, () => []);
});
afterAll(async () => {
  await stand?.stop();
  await Promise.all([database?.drop(), other?.drop()]);
});

async function register(body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${stand.url}/fn/register`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** Passes requests to the handlers, which use nothing of their event but the request. */
function serveLikeSvelteKit(options: Parameters<typeof serveSvelteKit>[0]) {
  const { POST, PUT } = serveSvelteKit(options);
  return getRequestListener((request): Promise<Response> => {
    const handler = request.method === 'PUT' ? PUT : POST;
    return Reflect.apply(handler, undefined, [{ request }]);
  });
}

/** A second engine on a separate database that keeps the apps at these addresses synced. */
async function startEngine(apps: string[]) {
  const engine = createEngine({
    ...{ databaseUrl: other.superuserUrl, clock: createVirtualClock(), apps },
    log: () => {},
  });
  const { url } = await engine.start();
  return { engine, url };
}

describe('apps', () => {
  it('may register themselves', async () => {
    const client = new Inngest({ id: 'own', isDev: true, baseUrl: stand.url, logger: quietLogger });
    const echo = client.createFunction(
      { id: 'echo', triggers: { event: 'own/echo' } },
      async ({ event }) => event.data,
    );
    const app = await serveApp(client, [echo]);
    const response = await fetch(app.url, { method: 'PUT' });
    expect(await response.json()).toMatchObject({ modified: true });
    expect(await stand.run('own/echo', { a: 1 })).toMatchObject({ output: { a: 1 } });
    await app.close();
  });

  it('learn what is wrong with their registration', async () => {
    const body = {
      url: 'http://127.0.0.1:1/api/inngest',
      appName: 'wrong',
      functions: [
        {
          id: 'wrong-one',
          triggers: [{ event: 'x', expression: 'event.data.(' }],
          steps: { step: { runtime: { url: 'http://127.0.0.1:1/api/inngest' } } },
        },
      ],
    };
    const response = await register(body);
    expect(response).toMatchObject({ status: 400, body: { error: expect.stringContaining('wrong-one') } });
    expect(await register({ appName: 'x' })).toMatchObject({ status: 400 });
  });

  it('that drop a function start no more runs of it; those in flight continue, and it may return', async () => {
    const client = new Inngest({ id: 'drop', isDev: true, baseUrl: stand.url, logger: quietLogger });
    const kept = client.createFunction({ id: 'kept', triggers: { event: 'drop/go' } }, async () => 'kept');
    const dropped = client.createFunction(
      { id: 'dropped', triggers: [{ event: 'drop/go' }, { cron: '* * * * *' }] },
      async ({ step }) => await step.sleep('hold', '10s'),
    );
    const app = await serveApp(client, [kept, dropped]);
    await stand.engine.sync(app.url);
    await stand.run('drop/go');
    await app.close();
    const smaller = await serveApp(client, [kept], app.port);
    await stand.engine.sync(smaller.url);
    await stand.engine.send({ name: 'drop/go', data: {} });
    await stand.engine.settle();
    const count = async (id: string) =>
      (await stand.engine.runs.list({ function_id: id, limit: 100 })).length;
    expect(await count('drop-kept')).toBe(2);
    expect(await count('drop-dropped')).toBe(1);
    await stand.engine.advance(120_000);
    expect(await count('drop-dropped')).toBe(1);
    await smaller.close();
    const whole = await serveApp(client, [kept, dropped], app.port);
    await stand.engine.sync(whole.url);
    await stand.engine.send({ name: 'drop/go', data: {} });
    await stand.engine.settle();
    expect(await count('drop-dropped')).toBe(2);
    await stand.engine.sync((await serveApp(client, [kept])).url);
    await whole.close();
  });

  it('that are not up yet miss no event: events before the first sync start their runs afterwards', async () => {
    const app = await serveApp(stand.client, []);
    await app.close();
    const patient = await startEngine([app.url]);
    const client = new Inngest({ id: 'late', isDev: true, baseUrl: patient.url, logger: quietLogger });
    const work = client.createFunction(
      { id: 'work', triggers: { event: 'late/go' } },
      ({ event }) => event.data.n,
    );
    for (const n of [1, 2]) await patient.engine.send({ name: 'late/go', data: { n } });
    await patient.engine.settle();
    expect(await patient.engine.runs.list()).toEqual([]);
    const late = await serveApp(client, [work], app.port);
    await patient.engine.sync(late.url);
    await patient.engine.settle();
    const runs = await patient.engine.runs.list({ function_id: 'late-work' });
    expect(runs.map(({ output }) => output).sort()).toEqual([1, 2]);
    await patient.engine.stop();
    await late.close();
  });

  it.each(['node, streaming', 'sveltekit'])('work with the adapter for %s', async (adapter) => {
    const id = adapter === 'sveltekit' ? 'kit' : 'stream';
    const client = new Inngest({ id, isDev: true, baseUrl: stand.url, logger: quietLogger });
    const work = client.createFunction({ id: 'work', triggers: { event: `${id}/go` } }, async ({ step }) => {
      const one = await step.run('one', () => 1);
      return one + (await step.run('two', () => 2));
    });
    const options = { client, functions: [work] };
    const listener = id === 'kit' ? serveLikeSvelteKit(options) : serveNode({ ...options, streaming: true });
    const app = await listenAsApp(createServer(listener));
    await stand.engine.sync(app.url);
    expect(await stand.run(`${id}/go`)).toMatchObject({ status: 'Completed', output: 3 });
    await app.close();
  });
});
