import { connect, createServer, type Server, type Socket } from 'node:net';
import { findFreePort } from '../../process/free-port.ts';

/** A connection to a server that can be interrupted, as if the server had been killed. */
export interface TcpRelay {
  port: number;
  cut: () => Promise<void>;
  restore: () => Promise<void>;
  /** Breaks each new connection when the client sends its n-th packet; null breaks none. */
  breakAt: (packet: number | null) => void;
}

export async function startTcpRelay(targetPort: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let lastPacket: number | null = null;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const listen = async (port: number): Promise<void> => {
    const listening = createServer((incoming) => {
      const outgoing = track(connect(targetPort, '127.0.0.1'));
      let packetsLeft = lastPacket;
      incoming.on('data', () => {
        if (packetsLeft === null) return;
        packetsLeft -= 1;
        if (packetsLeft === 0) incoming.destroy();
      });
      track(incoming).pipe(outgoing).pipe(incoming);
      incoming.on('close', () => outgoing.destroy());
      outgoing.on('close', () => incoming.destroy());
    });
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    server = listening;
  };
  const port = await findFreePort();
  await listen(port);
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
    breakAt: (packet) => {
      lastPacket = packet;
    },
  };
}
