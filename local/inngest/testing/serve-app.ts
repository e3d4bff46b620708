import { createServer, type Server } from 'node:http';
import type { Inngest } from 'inngest';
import { serve } from 'inngest/node';

export interface TestApp {
  url: string;
  port: number;
  close(): Promise<void>;
}

type Functions = Parameters<typeof serve>[0]['functions'];

/** Serves durable functions over HTTP, as a web application would. Port 0 takes a free one. */
export function serveApp(client: Inngest.Any, functions: Functions, port = 0): Promise<TestApp> {
  return listenAsApp(createServer(serve({ client, functions })), port);
}

/** Makes any HTTP server that answers at /api/inngest an app. */
export function listenAsApp(server: Server, port = 0): Promise<TestApp> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const boundPort = typeof address === 'object' && address !== null ? address.port : port;
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${boundPort}/api/inngest`, port: boundPort, close });
    });
  });
}
