import { connect, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';

/** A way to a server that can be interrupted, as if the server had been killed. */
export interface TcpRelay {
  port: number;
  cut: () => Promise<void>;
  restore: () => Promise<void>;
}

export async function startTcpRelay(targetPort: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const listen = async (port: number): Promise<number> => {
    const listening = createServer((incoming) => {
      const outgoing = track(connect(targetPort, '127.0.0.1'));
      track(incoming).pipe(outgoing).pipe(incoming);
      incoming.on('close', () => outgoing.destroy());
      outgoing.on('close', () => incoming.destroy());
    });
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    server = listening;
    return z.object({ port: z.number() }).parse(listening.address()).port;
  };
  const port = await listen(0);
  return {
    port,
    cut: async () => {
      const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      server = null;
    },
    restore: async () => {
      await listen(port);
    },
  };
}
