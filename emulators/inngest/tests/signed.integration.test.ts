import { Inngest } from 'inngest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { createVirtualClock } from '../clock.ts';
import { createEngine, type Engine } from '../engine.ts';
import { hashSigningKey, signBody } from '../protocol/signature.ts';
import { serveApp, type TestApp } from '../testing/serve-app.ts';
import { quietLogger } from '../testing/start-test-engine.ts';

const signingKey = 'signkey-test-00112233445566778899aabbccddeeff';
const eventKey = 'the-event-key';

let database: TestDatabase;
let engine: Engine;
let url: string;
let app: TestApp;
let client: Inngest;
let executions = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  engine = createEngine({
    databaseUrl: database.superuserUrl,
    clock: createVirtualClock(),
    backoffMs: 0,
    signingKey,
    eventKeys: [eventKey],
  });
  url = (await engine.start()).url;
  client = new Inngest({
    id: 'signed',
    isDev: false,
    baseUrl: url,
    signingKey,
    eventKey,
    logger: quietLogger,
  });
  const work = client.createFunction(
    { id: 'work', triggers: { event: 'signed/work' } },
    async ({ event, step }) => {
      const big = await step.run('big', () => {
        executions += 1;
        return { z: 'é'.repeat(200_000), a: [1e21, 0.1, -0], '\u20ac': true };
      });
      return { length: big.z.length, who: event.data.who };
    },
  );
  app = await serveApp(client, [work]);
  await engine.sync(app.url);
});
afterAll(async () => {
  await engine?.stop();
  await app?.close();
  await database?.drop();
});

it('runs a function with signed calls, also when the app fetches the state with its key', async () => {
  await client.send({ name: 'signed/work', data: { who: '\u{1f600}' } });
  await engine.settle();
  const [run] = await engine.runs.list();
  expect(run).toMatchObject({ status: 'Completed', output: { length: 200_000, who: '\u{1f600}' } });
});

it('is refused by an app with another key, which runs nothing', async () => {
  const otherKey = 'signkey-test-ffeeddccbbaa99887766554433221100';
  const other = new Inngest({
    id: 'other',
    isDev: false,
    baseUrl: url,
    signingKey: otherKey,
    logger: quietLogger,
  });
  const otherApp = await serveApp(other, [other.createFunction({ id: 'x', triggers: [] }, async () => null)]);
  await expect(engine.sync(otherApp.url)).rejects.toThrow('401');
  await otherApp.close();
});

it('the app refuses calls that are unsigned, too old, or changed on the way', async () => {
  executions = 0;
  const body = JSON.stringify({ event: { name: 'signed/work', data: {} }, ctx: { run_id: '1' }, steps: {} });
  const now = Math.floor(Date.now() / 1_000);
  const call = async (signature: string | undefined, sent: string) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (signature !== undefined) headers['x-inngest-signature'] = signature;
    const target = `${app.url}?fnId=signed-work&stepId=step`;
    return (await fetch(target, { method: 'POST', headers, body: sent })).status;
  };
  expect(await call(undefined, body)).toBe(401);
  expect(await call(signBody(signingKey, body, now - 3_600), body)).toBe(401);
  expect(await call(signBody(signingKey, body, now), body.replace('"1"', '"2"'))).toBe(401);
  expect(executions).toBe(0);
});

it('asks API callers for the signing key, plain or hashed, and senders for an event key', async () => {
  const status = async (path: string, options: RequestInit = {}) =>
    (await fetch(`${url}${path}`, options)).status;
  const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  expect(await status('/v1/runs')).toBe(401);
  expect(await status('/')).toBe(401);
  expect(await status('/v1/runs', withToken('wrong'))).toBe(401);
  expect(await status('/v1/runs', withToken(signingKey))).toBe(200);
  expect(await status('/v1/runs', withToken(hashSigningKey(signingKey)))).toBe(200);
  expect(await status('/fn/register', { method: 'POST', body: '{}' })).toBe(401);
  expect(await status('/health')).toBe(200);
  const event = { method: 'POST', body: JSON.stringify({ name: 'signed/other', data: {} }) };
  expect(await status('/e/wrong-key', event)).toBe(401);
  expect(await status(`/e/${eventKey}`, event)).toBe(200);
});
