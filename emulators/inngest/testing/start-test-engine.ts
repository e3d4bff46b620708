import { Inngest } from 'inngest';
import type { serve } from 'inngest/node';
import { type Clock, createStillClock } from '../clock.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine.ts';
import type { Run } from '../store/runs.ts';
import { serveApp, type TestApp } from './serve-app.ts';

/** Keeps the SDK from writing to the test output. */
export const quietLogger = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

export interface TestEngine {
  engine: Engine;
  url: string;
  client: Inngest.Any;
  clock: Clock;
  app: TestApp;
  /** Sends one event, waits until nothing is left to do, and returns the run it started. */
  run(name: string, payload?: Record<string, unknown>): Promise<Run>;
  /** The newest run of a function, by its author's id. */
  newest(functionId: string): Promise<Run>;
  stop(): Promise<void>;
}

type Functions = Parameters<typeof serve>[0]['functions'];

/** Later than the real time that the SDK puts on events, and far from a full hour and from a clock change. */
const startsAtMs = Date.UTC(new Date().getUTCFullYear() + 1, 0, 15, 13, 37, 21);

/**
 * An engine without back-off that serves the given functions. Time passes only when a test advances it, so
 * nothing is due early on a slow machine.
 */
export async function startTestEngine(
  options: EngineOptions,
  createFunctions: (client: Inngest) => Functions,
): Promise<TestEngine> {
  const clock = createStillClock(startsAtMs);
  const engine = createEngine({ clock, backoffMs: 0, ...options });
  const { url } = await engine.start();
  const client = new Inngest({
    id: 'test',
    isDev: true,
    baseUrl: url,
    eventKey: 'test',
    logger: quietLogger,
  });
  const app = await serveApp(client, createFunctions(client));
  await engine.sync(app.url);

  async function newest(functionId: string): Promise<Run> {
    const [run] = await engine.runs.list({ function_id: `test-${functionId}`, limit: 1 });
    if (run === undefined) throw new Error(`No run of ${functionId}.`);
    return run;
  }

  return {
    engine,
    url,
    client,
    clock,
    app,
    newest,
    async run(name, payload = {}) {
      const [eventId] = await engine.send({ name, data: payload });
      await engine.settle();
      const runs = await engine.runs.list({ limit: 50 });
      const run = runs.find(({ event_ids }) => event_ids.includes(eventId ?? ''));
      if (run === undefined) throw new Error(`${name} started no run.`);
      return run;
    },
    async stop() {
      await engine.stop();
      await app.close();
    },
  };
}
