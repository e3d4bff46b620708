import { Hono } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { findRun, listRunJobs, listRuns } from '../runs/list-runs.ts';
import type { Run } from '../store/runs.ts';
import { listSteps, type Step } from '../store/steps.ts';
import type { ApiCore } from './core.ts';

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = html`<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  pre { overflow-x: auto; padding: .8rem; background: #8882; border-radius: .4rem; }
  .Completed, .completed { color: #1a7f37; } .Failed, .failed { color: #d1242f; } .Running { color: #0969da; }
</style>`;

function layOut(title: string, body: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

function showTime(time: Date | null): string {
  return time === null ? '' : time.toISOString().replace('T', ' ').slice(0, 19);
}

function showRuns(runs: Run[]): Markup {
  const rows = runs.map(
    (run) => html`<tr>
      <td><a href="/runs/${run.id}">${run.id}</a></td>
      <td>${run.function_id}</td>
      <td>${run.cron ?? run.events[0]?.name}</td>
      <td class="${run.status}">${run.status}</td>
      <td>${showTime(run.queued_at)}</td>
      <td>${showTime(run.ended_at)}</td>
    </tr>`,
  );
  return html`<table>
    <tr><th>Run</th><th>Function</th><th>Started by</th><th>Status</th><th>Queued</th><th>Ended</th></tr>
    ${rows}
  </table>`;
}

function showSteps(steps: Step[]): Markup {
  const rows = steps.map(
    (step) => html`<tr>
      <td>${step.name}</td>
      <td>${step.op}</td>
      <td class="${step.status}">${step.status}</td>
      <td>${step.attempts}</td>
      <td><code>${JSON.stringify(step.position === null ? step.error : step.memo)?.slice(0, 200)}</code></td>
    </tr>`,
  );
  return html`<table>
    <tr><th>Step</th><th>Kind</th><th>Status</th><th>Attempts</th><th>Result</th></tr>
    ${rows}
  </table>`;
}

interface FunctionLine {
  id: string;
  triggers: string[];
  archived_at: Date | null;
  url: string;
}

/** Pages for people: registered functions, runs, and the progress of each run. */
export function createPageRoutes(core: ApiCore): Hono {
  const pages = new Hono();

  pages.get('/', async (c) => {
    const { functions, runs } = await core.database.transact(async (tx) => ({
      functions: await tx.sql<FunctionLine[]>`
        select functions.id, archived_at, url, array(
          select coalesce(trigger->>'event', trigger->>'cron')
          from json_array_elements(config->'triggers') as trigger) as triggers
        from functions join apps on apps.id = app_id
        order by archived_at is not null, functions.id`,
      runs: await listRuns(tx, { limit: 50 }),
    }));
    const lines = functions.map(
      ({ id, triggers, archived_at, url }) => html`<tr>
        <td>${id}</td>
        <td>${triggers.join(', ')}</td>
        <td>${archived_at === null ? url : 'no longer served'}</td>
      </tr>`,
    );
    const body = html`<h2>Functions</h2>
      <table><tr><th>Function</th><th>Triggers</th><th>Served at</th></tr>${lines}</table>
      <h2>Recent runs</h2>
      ${showRuns(runs)}`;
    return c.html(layOut('Durable functions', body));
  });

  pages.get('/runs/:id', async (c) => {
    const { run, steps, jobs } = await core.database.transact(async (tx) => ({
      run: await findRun(tx, c.req.param('id')),
      steps: await listSteps(tx, c.req.param('id')),
      jobs: await listRunJobs(tx, c.req.param('id')),
    }));
    if (run === null) return c.html(layOut('There is no such run', html`<a href="/">All runs</a>`), 404);
    const outstanding = jobs.map(
      (job) =>
        html`<li>${job.kind}, attempt ${job.attempt + 1}, at ${showTime(job.run_at)} ${job.last_error}</li>`,
    );
    const body = html`<p><a href="/">All runs</a></p>
      ${showRuns([run])}
      <h2>Steps</h2>
      ${showSteps(steps)}
      <h2>Outstanding</h2>
      <ul>${outstanding}</ul>
      <h2>Event</h2>
      <pre>${JSON.stringify(run.events, null, 2)}</pre>
      <h2>Output</h2>
      <pre>${JSON.stringify(run.output, null, 2)}</pre>`;
    return c.html(layOut(`Run of ${run.function_id}`, body));
  });

  return pages;
}
