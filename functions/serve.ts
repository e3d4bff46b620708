import process from 'node:process';
import { serve } from '@hono/node-server';
import { createBotContext } from '#bot/bot-context.ts';
import { createTokenContext } from '#bot/identity/token-context.ts';
import { logFailure, logInfo } from '#domain/platform/log.ts';
import { surviveRejections } from '#domain/platform/survive-rejections.ts';
import { inngest } from '#inngest';
import { createFunctions } from './create-functions.ts';
import { workerEnvironment } from './environment.ts';
import { createRunReporter } from './platform/workflows/create-run-reporter.ts';
import { recordRuns } from './platform/workflows/record-runs.ts';
import { createWorkerApp } from './worker-app.ts';

/*
 * The worker: the process that Inngest calls to run the durable functions. Only this process holds both the
 * bot token and the keys that open Discord tokens; the web app holds neither. Deploying the site does not interrupt
 * background work.
 */

/** How long an ending worker waits for its last reports. */
const lastReportsMs = 2_000;

const environment = workerEnvironment.read(process.env);
const bot = createBotContext(environment);
const reporter = createRunReporter(bot.store);
const functions = recordRuns(createFunctions(bot, createTokenContext(environment, bot)), reporter);
const app = createWorkerApp(inngest, functions, environment.INNGEST_SERVE_ORIGIN);
surviveRejections(logFailure);
const server = serve(
  { fetch: app.fetch, port: environment.PORT, hostname: environment.HOST ?? '127.0.0.1' },
  () => {
    console.log('ready');
    logInfo('worker ready', { function_count: functions.length, port: environment.PORT });
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Inngest repeats a call that is cut off, but not its finished steps.
  process.on(signal, () => {
    server.close(() => void reporter.flush(lastReportsMs).then(() => process.exit(0)));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}
