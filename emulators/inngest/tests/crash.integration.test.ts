import { createServer } from 'node:http';
import { Inngest } from 'inngest';
import { serve } from 'inngest/node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { findFreePort } from '../../process/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { listenAsApp, type TestApp } from '../testing/serve-app.ts';
import { type SpawnedEngine, spawnEngine } from '../testing/spawn-engine.ts';
import { quietLogger } from '../testing/start-test-engine.ts';

let database: TestDatabase;
let engine: SpawnedEngine;
let app: TestApp;
let port: number;

beforeEach(async () => {
  database = await createTestDatabase();
  port = await findFreePort();
});
afterEach(async () => {
  await engine?.kill();
  await app?.close();
  await database?.drop();
});

async function startEngine(): Promise<void> {
  engine = await spawnEngine({
    LOCAL_SUPERUSER_URL: database.superuserUrl,
    LOCAL_INNGEST_PORT: String(port),
    LOCAL_INNGEST_APPS: app.url,
    LOCAL_INNGEST_LEASE_MS: '400',
  });
}

/** Value of each settled step, by name and number. */
async function readMemos(): Promise<Map<string, unknown>> {
  const rows = await database.admin<{ step_id: string; memo: unknown }[]>`
    select step_id, memo from inngest_local.run_steps where position is not null`;
  return new Map(rows.map(({ step_id, memo }) => [step_id, memo]));
}

async function readRuns(): Promise<{ status: string; output: unknown }[]> {
  return await database.admin<
    { status: string; output: unknown }[]
  >`select status, output from inngest_local.runs`;
}

const outputSchema = z.object({
  chain: z.array(z.number()),
  parallel: z.array(z.number()),
  slept: z.literal(true),
  last: z.number(),
});

/**
 * When each life of the engine ends, counted in its calls: while a step runs, or right after the app's
 * answer.
 */
const deaths = [
  { call: 1, when: 'during' },
  { call: 2, when: 'after' },
  { call: 1, when: 'during' },
  { call: 2, when: 'after' },
  { call: 3, when: 'during' },
] as const;

const maxDurationMs = 300_000;

it(
  'an engine that is killed repeatedly finishes the run and repeats no settled step',
  async () => {
    const executions: string[] = [];
    const snapshots: Map<string, unknown>[] = [];
    let callCount = 0;
    let death: Promise<void> | null = null;

    /** The step's value is its place among all executions, so a second execution would show in the output. */
    const execute = (name: string) => executions.push(name);

    const client = new Inngest({
      id: 'crash',
      isDev: true,
      baseUrl: `http://127.0.0.1:${port}`,
      logger: quietLogger,
    });
    const work = client.createFunction(
      { id: 'work', triggers: { event: 'crash/work' } },
      async ({ step }) => {
        const chain: number[] = [];
        for (const name of ['chain-0', 'chain-1', 'chain-2']) {
          chain.push(await step.run(name, () => execute(name)));
        }
        const parallel = await Promise.all(
          [0, 1, 2, 3].map((index) => step.run(`parallel-${index}`, () => execute(`parallel-${index}`))),
        );
        await step.sleep('nap', '1s');
        const last = await step.run('last', () => execute('last'));
        return { chain, parallel, slept: true, last };
      },
    );
    const handler = serve({ client, functions: [work] });
    const die = () => {
      death ??= engine.kill();
    };
    app = await listenAsApp(
      createServer((request, response) => {
        if (request.method === 'POST') {
          callCount += 1;
          const planned = deaths[snapshots.length];
          if (planned?.call === callCount && planned.when === 'during') die();
          if (planned?.call === callCount && planned.when === 'after') response.on('finish', die);
        }
        handler(request, response);
      }),
    );
    await startEngine();
    await client.send({ name: 'crash/work', data: {} });

    const deadlineMs = Date.now() + maxDurationMs;
    for (let [run] = await readRuns(); run?.status !== 'Completed'; [run] = await readRuns()) {
      if (Date.now() > deadlineMs) throw new Error(`The run did not complete: ${run?.status}.`);
      if (death !== null) {
        await death;
        snapshots.push(await readMemos());
        death = null;
        callCount = 0;
        await startEngine();
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }

    expect(snapshots.length).toBe(deaths.length);
    const memos = await readMemos();
    for (const snapshot of snapshots) {
      for (const [stepId, memo] of snapshot) expect(memos.get(stepId)).toEqual(memo);
    }
    const [run] = await readRuns();
    const output = outputSchema.parse(run?.output);
    const values = [...output.chain, ...output.parallel, output.last];
    const named = values.map((value) => executions[value - 1]);
    expect(named).toEqual([
      ...['chain-0', 'chain-1', 'chain-2'],
      ...['parallel-0', 'parallel-1', 'parallel-2', 'parallel-3'],
      'last',
    ]);
    // The stored value is that of the last execution: once settled, no step ran again.
    for (const [index, name] of named.entries())
      expect(executions.lastIndexOf(String(name)) + 1).toBe(values[index]);
    expect(await readRuns()).toHaveLength(1);
  },
  maxDurationMs + 10_000,
);
