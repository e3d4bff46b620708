import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface ApiServer {
  url: string;
  close(): Promise<void>;
}

/** Listens on this machine only. Rejects if the port is taken; port 0 picks a free one. */
export function listen(api: Hono, port: number): Promise<ApiServer> {
  const server = createAdaptorServer({ fetch: api.fetch });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      const boundPort = typeof address === 'object' && address !== null ? address.port : port;
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${boundPort}`, close });
    });
  });
}
