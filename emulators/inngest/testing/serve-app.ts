import { createServer, type Server } from 'node:http';
import type { Inngest } from 'inngest';
import { serve } from 'inngest/node';
import { findFreePort } from '../../process/free-port.ts';

export interface TestApp {
  url: string;
  port: number;
  close(): Promise<void>;
}

type Functions = Parameters<typeof serve>[0]['functions'];

/** Serves durable functions over HTTP like the worker, on a free port or on the previous one. */
export function serveApp(client: Inngest.Any, functions: Functions, port?: number): Promise<TestApp> {
  return listenAsApp(createServer(serve({ client, functions })), port);
}

/** Wraps any HTTP server that answers at /api/inngest as an app. */
export async function listenAsApp(server: Server, givenPort?: number): Promise<TestApp> {
  const port = givenPort ?? (await findFreePort());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/api/inngest`, port, close };
}
