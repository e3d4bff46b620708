import { Hono } from 'hono';
import { z } from 'zod';
import { findRun, listRunJobs, listRuns } from '../runs/list-runs.ts';
import { rerun } from '../runs/rerun.ts';
import { cancelRun } from '../steps/finish-run.ts';
import { resumePause } from '../steps/settle-step.ts';
import { findSignalPause } from '../store/pauses.ts';
import { listMemos, listSteps } from '../store/steps.ts';
import { type ApiCore, refuse, replyWith } from './core.ts';
import { describeRun } from './describe-run.ts';

const filterSchema = z.object({
  status: z.enum(['Scheduled', 'Running', 'Completed', 'Failed', 'Cancelled', 'Skipped']).optional(),
  function_id: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const rerunSchema = z.object({ from_step_id: z.string().nullish() });
const signalSchema = z.object({ signal: z.string().min(1), data: z.unknown().optional() });

/** Runs: listing, reading, cancelling, rerunning; and the state that the SDK fetches for large runs. */
export function createRunRoutes(core: ApiCore): Hono {
  const routes = new Hono();
  const { database } = core;

  routes.get('/v1/runs', async (c) => {
    const parsed = filterSchema.safeParse(c.req.query());
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    const runs = await database.transact((tx) => listRuns(tx, parsed.data));
    return replyWith(c, core, runs.map(describeRun));
  });

  routes.get('/v1/runs/:id', async (c) => {
    const run = await database.transact((tx) => findRun(tx, c.req.param('id')));
    return run === null ? refuse(c, 404, 'There is no such run.') : replyWith(c, core, describeRun(run));
  });

  routes.get('/v1/runs/:id/steps', async (c) => {
    return replyWith(c, core, await database.transact((tx) => listSteps(tx, c.req.param('id'))));
  });

  routes.get('/v1/runs/:id/jobs', async (c) => {
    return replyWith(c, core, await database.transact((tx) => listRunJobs(tx, c.req.param('id'))));
  });

  routes.delete('/v1/runs/:id', async (c) => {
    const runId = c.req.param('id');
    const isCancelled = await core.commit((tx) => cancelRun(tx, runId));
    if (isCancelled) return c.body(null, 204);
    const run = await database.transact((tx) => findRun(tx, runId));
    if (run === null) return refuse(c, 404, 'There is no such run.');
    return refuse(c, 409, `The run has ended already: ${run.status}.`);
  });

  routes.post('/v1/runs/:id/rerun', async (c) => {
    const parsed = rerunSchema.safeParse(await c.req.json().catch(() => ({})));
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    const fromStepId = parsed.data.from_step_id ?? null;
    const outcome = await core.commit((tx) => rerun(tx, c.req.param('id'), fromStepId));
    return outcome.ok ? replyWith(c, core, { run_id: outcome.run_id }) : refuse(c, 404, outcome.reason);
  });

  routes.post('/v1/signals', async (c) => {
    const parsed = signalSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    const { signal, data } = parsed.data;
    const runId = await core.commit(async (tx) => {
      const pause = await findSignalPause(tx, signal);
      if (pause === null) return null;
      const memo = { data: { signal, data: data ?? null } };
      return (await resumePause(tx, pause, { status: 'completed', memo })) ? pause.run_id : null;
    });
    if (runId === null) return refuse(c, 404, 'No run waits for this signal.');
    return replyWith(c, core, { run_id: runId });
  });

  routes.get('/v0/runs/:id/batch', async (c) => {
    const run = await database.transact((tx) => findRun(tx, c.req.param('id')));
    return run === null ? refuse(c, 404, 'There is no such run.') : c.json(run.events);
  });

  routes.get('/v0/runs/:id/actions', async (c) => {
    const memos = await database.transact((tx) => listMemos(tx, c.req.param('id')));
    return c.json(Object.fromEntries(memos.map(({ step_id, memo }) => [step_id, memo])));
  });

  return routes;
}
