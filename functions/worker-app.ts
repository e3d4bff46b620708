import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Inngest } from 'inngest';
import { serve } from 'inngest/hono';
import { logFailure } from '#domain/platform/log.ts';

/** Inngest sends the finished steps of a run along with each call; more than this is not a run of ours. */
const bodyBytesMax = 4_000_000;
const endpoint = '/api/inngest';

/**
 * What the worker answers over HTTP: Inngest's calls, and whether it is up.
 * @param serveOrigin where Inngest reaches it
 */
export function createWorkerApp(
  client: Inngest.Any,
  functions: Parameters<typeof serve>[0]['functions'],
  serveOrigin: string,
): Hono {
  const app = new Hono();
  const handle = serve({ client, functions, serveOrigin });
  app.get('/healthz', (context) => context.text('ok'));
  app.use(
    endpoint,
    bodyLimit({ maxSize: bodyBytesMax, onError: (context) => context.text('The body is too large.', 413) }),
  );
  app.on(['GET', 'POST', 'PUT'], endpoint, handle);
  app.notFound((context) => context.text(`The durable functions are at ${endpoint}.`, 404));
  app.onError((error, context) => {
    // The library parses the body before it looks at the signature.
    if (error instanceof SyntaxError) return context.text('The body is not JSON.', 400);
    logFailure('a call was not answered', error, { path: context.req.path });
    return context.text('internal error', 500);
  });
  return app;
}
