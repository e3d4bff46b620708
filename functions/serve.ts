import { createServer, type RequestListener } from 'node:http';
import process from 'node:process';
import { serve } from 'inngest/node';
import { createBotContext, provideBotContext } from '#bot/bot-context.ts';
import { logFailure, logInfo } from '#bot/log.ts';
import { surviveRejections } from '#domain/survive-rejections.ts';
import { inngest } from '#inngest';
import { readWorkerEnvironment } from './environment.ts';
import { functions } from './index.ts';

/*
 * The worker: the process that Inngest calls to run the durable functions. It alone holds the bot token together with
 * the keys that open Discord tokens; the web app holds neither. Deploying the site restarts no background work.
 */

const endpoint = '/api/inngest';
/** Inngest sends the finished steps of a run along with each call; more than this is not a run of ours. */
const bodyBytesMax = 4_000_000;

function answerRequests(handle: RequestListener): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    } else if (path !== endpoint) {
      response
        .writeHead(404, { 'content-type': 'text/plain' })
        .end('The durable functions are at /api/inngest.');
    } else if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) {
      response.writeHead(413, { connection: 'close' }).end();
    } else {
      handle(request, response);
    }
  };
}

const environment = readWorkerEnvironment(process.env);
provideBotContext(createBotContext(environment));
const server = createServer(
  answerRequests(serve({ client: inngest, functions, serveOrigin: environment.INNGEST_SERVE_ORIGIN })),
);
surviveRejections(logFailure);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // A call that is cut off is made again by Inngest; finished steps are not.
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
server.listen(environment.PORT, environment.HOST, () => {
  console.log('ready');
  logInfo('worker ready', { function_count: functions.length, port: environment.PORT });
});
