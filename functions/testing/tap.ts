import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of a service. */
export interface Tap {
  url: string;
  close(): Promise<void>;
}

interface TapOptions {
  /** Where requests go. */
  target: () => string;
  /** Called before a request is passed on, and again before its answer is; true cuts the connection. */
  isCut: (request: IncomingMessage) => Promise<boolean>;
}

function read(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', reject);
  });
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const url = new URL(incoming.url ?? '/', target);
  const { connection: _, ...headers } = { ...incoming.headers, host: url.host };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: incoming.method, headers, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function pass(
  { target, isCut }: TapOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await read(incoming);
  if (await isCut(incoming)) return void response.destroy();
  const answer = await forward(target(), incoming, body);
  const answered = await read(answer);
  if (await isCut(incoming)) return void response.destroy();
  const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': answered.length });
  response.end(answered);
}

/** Starts a proxy that can cut any connection before or after the service has acted. */
export async function startTap(options: TapOptions): Promise<Tap> {
  const server = createServer((incoming, response) => {
    pass(options, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
