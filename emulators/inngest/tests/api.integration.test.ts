import type { Inngest } from 'inngest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { requestAs } from '../../process/request-as.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestEngine, type TestEngine } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let stand: TestEngine;
let firstSteps = 0;

function createFunctions(client: Inngest) {
  return [
    client.createFunction({ id: 'greet', triggers: { event: 'test/greet' } }, async ({ event, step }) => {
      await step.run('first', () => {
        firstSteps += 1;
      });
      return await step.run('second', () => `hello ${event.data.name}`);
    }),
    client.createFunction({ id: 'long', triggers: { event: 'test/long' } }, async ({ step }) => {
      await step.sleep('hold', '1h');
    }),
    client.createFunction({ id: 'heavy', triggers: { event: 'test/heavy' } }, async ({ event, step }) => {
      const sizes: number[] = [];
      for (const index of [0, 1, 2]) {
        const text = await step.run(`part-${index}`, () => 'x'.repeat(150_000));
        sizes.push(text.length);
      }
      return { sizes, name: event.data.name };
    }),
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

async function request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const options = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${stand.url}${path}`, options);
  const text = await response.text();
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, body: parsed };
}

const listSchema = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

async function readList(path: string) {
  return listSchema.parse((await request('GET', path)).body).data;
}

describe('sending events', () => {
  it('through the SDK gives the ids under which the API knows them', async () => {
    const { ids } = await stand.client.send({ name: 'test/greet', data: { name: 'Ines' } });
    await stand.engine.settle();
    const [run] = await readList(`/v1/events/${ids[0]}/runs`);
    expect(run).toMatchObject({ status: 'Completed', output: 'hello Ines', function_id: 'test-greet' });
    expect(await request('GET', `/v1/runs/${run?.run_id}`)).toMatchObject({
      status: 200,
      body: { data: { run_id: run?.run_id, status: 'Completed', output: 'hello Ines', event_id: ids[0] } },
    });
    const [newest] = await readList('/v1/events?name=test/greet&limit=1');
    expect(newest).toMatchObject({ internal_id: ids[0], data: { name: 'Ines' } });
  });

  it('twice with one id starts one run, for 24 hours', async () => {
    const countRuns = async () => (await stand.engine.runs.list({ function_id: 'test-greet' })).length;
    const before = await countRuns();
    const event = { id: 'same', name: 'test/greet', data: { name: 'Bob' } };
    await stand.client.send(event);
    await stand.client.send([event, event]);
    await stand.engine.settle();
    expect(await countRuns()).toBe(before + 1);
    await stand.engine.advance(23 * 3_600_000);
    await stand.client.send(event);
    await stand.engine.settle();
    expect(await countRuns()).toBe(before + 1);
    await stand.engine.advance(2 * 3_600_000);
    await stand.client.send(event);
    await stand.engine.settle();
    expect(await countRuns()).toBe(before + 2);
  });

  it('again with the same seed is the same request', async () => {
    const headers = { 'x-inngest-event-id-seed': `${Date.now()},${Buffer.alloc(10, 3).toString('base64')}` };
    const events = [1, 2].map((n) => ({ name: 'test/seeded', data: { n } }));
    const first = await request('POST', '/e/key', events, headers);
    const second = await request('POST', '/e/key', events, headers);
    expect(second.body).toEqual(first.body);
    expect(await readList('/v1/events?name=test/seeded')).toHaveLength(2);
  });

  it('in the future starts the run then', async () => {
    const ts = stand.clock.nowMs() + 60_000;
    await stand.engine.send({ name: 'test/greet', data: { name: 'later' }, ts });
    await stand.engine.settle();
    expect(await stand.newest('greet')).toMatchObject({ status: 'Scheduled' });
    await stand.engine.advance(60_000);
    expect(await stand.newest('greet')).toMatchObject({ status: 'Completed', output: 'hello later' });
  });

  it.each([
    ['no name', [{ data: {} }]],
    ['a reserved name', [{ name: 'Inngest/function.finished' }]],
    ['data that is no object', [{ name: 'test/x', data: 'text' }]],
    ['one bad among good ones', [{ name: 'test/good' }, { name: '' }]],
    ['no event at all', 'text'],
  ])('with %s is refused, and changes nothing', async (_, body) => {
    const response = await request('POST', '/e/key', body);
    expect(response).toMatchObject({ status: 400, body: { status: 400, ids: [] } });
    expect(await readList('/v1/events?name=test/good')).toHaveLength(0);
  });

  it('cannot forge an invocation', async () => {
    const data = { name: 'forged', _inngest: { fn_id: 'test-long', correlation_id: 'x' } };
    await request('POST', '/e/key', { name: 'test/forged', data });
    expect(await readList('/v1/events?name=test/forged')).toMatchObject([{ data: { name: 'forged' } }]);
  });
});

describe('runs', () => {
  it('are started by name, cancelled once, and unknown ones are not found', async () => {
    await request('POST', '/invoke/test-long', { data: {} });
    await stand.engine.settle();
    const { id } = await stand.newest('long');
    expect(await request('GET', `/v1/runs/${id}/jobs`)).toMatchObject({
      body: { data: [{ kind: 'sleep' }] },
    });
    expect((await request('DELETE', `/v1/runs/${id}`)).status).toBe(204);
    expect((await request('DELETE', `/v1/runs/${id}`)).status).toBe(409);
    expect((await stand.newest('long')).status).toBe('Cancelled');
    expect((await request('GET', '/v1/runs/nothing')).status).toBe(404);
    expect((await request('DELETE', '/v1/runs/nothing')).status).toBe(404);
  });

  it('run again whole, or from a step', async () => {
    const original = await stand.run('test/greet', { name: 'Eve' });
    firstSteps = 0;
    await request('POST', `/v1/runs/${original.id}/rerun`);
    await stand.engine.settle();
    expect(firstSteps).toBe(1);
    const details = await stand.engine.runs.get(original.id);
    const second = details?.steps.find(({ name }) => name === 'second');
    await request('POST', `/v1/runs/${original.id}/rerun`, { from_step_id: second?.step_id });
    await stand.engine.settle();
    expect(firstSteps).toBe(1);
    expect(await stand.newest('greet')).toMatchObject({
      status: 'Completed',
      output: 'hello Eve',
      original_run_id: original.id,
    });
  });

  it('are listed by status and function, page by page', async () => {
    const all = await readList('/v1/runs?function_id=test-greet&status=Completed&limit=100');
    const [first] = await readList('/v1/runs?function_id=test-greet&status=Completed&limit=1');
    const rest = await readList(`/v1/runs?function_id=test-greet&status=Completed&cursor=${first?.run_id}`);
    expect(rest).toHaveLength(all.length - 1);
    expect((await request('GET', '/v1/runs?status=Strange')).status).toBe(400);
  });

  it('have a page for people', async () => {
    const run = await stand.run('test/greet', { name: '<script>' });
    const overview = await (await fetch(stand.url)).text();
    expect(overview).toContain('test-greet');
    const page = await (await fetch(`${stand.url}/runs/${run.id}`)).text();
    expect(page).toContain('first');
    expect(page).not.toContain('<script>');
  });

  it('with large state fetch it instead of receiving it', async () => {
    const run = await stand.run('test/heavy', { name: 'big' });
    expect(run).toMatchObject({
      status: 'Completed',
      output: { sizes: [150_000, 150_000, 150_000], name: 'big' },
    });
  });
});

describe('a page of another site', () => {
  it.each<Record<string, string>>([
    { host: 'rebound.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('%o reaches nothing', async (headers) => {
    const { host } = new URL(stand.url);
    for (const [method, path] of [
      ['POST', '/e/key'],
      ['POST', '/invoke/test-greet'],
      ['PUT', '/fn/register'],
      ['GET', '/v1/events'],
      ['GET', '/'],
    ] as const) {
      const answer = await requestAs({ host, ...headers }, method, stand.url + path);
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('test/greet');
    }
  });

  it('does not show the pages of the engine in a frame', async () => {
    const { headers } = await requestAs({ host: new URL(stand.url).host }, 'GET', stand.url);
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});
