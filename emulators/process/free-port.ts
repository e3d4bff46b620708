import { createServer } from 'node:net';

/**
 * Ports that systems do not hand out by themselves: neither to outgoing connections nor to servers that take any
 * port. One of those could be gone again between the look at it and its use, or while its server is restarted.
 */
const portMin = 20_000;
const portMax = 32_000;
const attemptsMax = 100;

/**
 * Vitest's workers run side by side, and a port that one has found is not listened on yet when the next one looks: each
 * has a part of any range for itself. Everybody else looks in the first.
 */
export function findOwnPart(min: number, max: number): { min: number; size: number } {
  const partCount = 8;
  const size = Math.floor((max - min) / partCount);
  const part = Number(process.env.VITEST_POOL_ID ?? 0) % partCount;
  return { min: min + part * size, size };
}

const ownPorts = findOwnPart(portMin, portMax);
let turn = Math.floor(Math.random() * ownPorts.size);

/** Whether nobody listens on a TCP port of 127.0.0.1 at this moment. */
export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A TCP port on 127.0.0.1 that nobody listens on at this moment. Throws when there seems to be none. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    turn = (turn + 1) % ownPorts.size;
    const port = ownPorts.min + turn;
    if (await isFreePort(port)) return port;
  }
  throw new Error(`No free port was found from ${portMin} to ${portMax}.`);
}
