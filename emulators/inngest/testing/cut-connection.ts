import { connect, createServer, type Server, type Socket } from 'node:net';
import { findFreePort } from '../../process/free-port.ts';

export interface CuttableConnection {
  /** The database's URL through this connection. */
  url: string;
  /** Breaks open connections and refuses new ones, like a killed database. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

/** Sits between a client and a database, so a test can cut it off without stopping it. */
export async function createCuttableConnection(databaseUrl: string): Promise<CuttableConnection> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const port = await findFreePort();
  let server: Server | undefined;

  function relay(client: Socket): void {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }

  async function restore(): Promise<void> {
    const listening = createServer(relay);
    server = listening;
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', resolve);
    });
  }

  async function cut(): Promise<void> {
    const closed = new Promise((resolve) => server?.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await restore();
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return { url: url.href, cut, restore };
}
