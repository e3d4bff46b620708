// Tests run in processes other than the one that holds the stack; this lets them reach its supervisor.
import { createServer } from 'node:http';
import { z } from 'zod';
import type { Stack } from '../stack/stack.ts';

const actions = ['kill', 'suspend', 'resume', 'waitUntilReady'] as const;
type Action = (typeof actions)[number];

/** Serves `POST /<action>/<part>` and `GET /processes` on a free port of 127.0.0.1. */
export async function serveStackControl(stack: Stack): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [, name, part = ''] = (request.url ?? '').split('/');
    if (request.method === 'GET' && name === 'processes') {
      response.end(JSON.stringify(stack.listProcesses()));
      return;
    }
    const action = actions.find((known) => known === name);
    if (request.method !== 'POST' || !action) {
      response.writeHead(404).end();
      return;
    }
    stack[action](part).then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

/** Performs one action on one process of the stack from a test. Throws the supervisor's message. */
export async function controlStack(controlUrl: string, action: Action, part: string): Promise<void> {
  const response = await fetch(`${controlUrl}/${action}/${part}`, { method: 'POST' });
  if (!response.ok) throw new Error(await response.text());
}

/** The process id of each process: unchanged ids mean that nothing was restarted. */
export async function listProcesses(controlUrl: string): Promise<Record<string, number>> {
  const response = await fetch(`${controlUrl}/processes`);
  return z.record(z.string(), z.number()).parse(await response.json());
}
