import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Inngest } from 'inngest';
import { serve } from 'inngest/hono';
import { logFailure } from '#domain/platform/log.ts';

/** Inngest sends the results of finished steps with each call; a larger body is not one of our runs. */
const bodyBytesMax = 4_000_000;
const endpoint = '/api/inngest';

/**
 * The worker's HTTP interface: Inngest's calls and a health check.
 * @param serveOrigin address at which Inngest reaches it
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
    // The library parses the body before it verifies the signature.
    if (error instanceof SyntaxError) return context.text('The body is not JSON.', 400);
    logFailure('a request failed', error, { path: context.req.path });
    return context.text('internal error', 500);
  });
  return app;
}
