import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sandbox } from '../state/sandbox.ts';

const keepAliveMs = 15_000;

/** Server-sent events: `change` names stale parts, `notice` is a log line. */
export function streamEvents(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): void {
  const { hub } = sandbox.world;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (event: string, body: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  };
  send('ready', {});
  const stops = [
    hub.onChange((change) => send('change', change)),
    hub.onNotice((notice) => send('notice', notice)),
  ];
  const keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs);
  request.on('close', () => {
    clearInterval(keepAlive);
    for (const stop of stops) stop();
  });
}
