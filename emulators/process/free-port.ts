import { createServer } from 'node:net';

/**
 * Ports outside the ranges that systems assign to outgoing connections or to servers on any port. Assigned
 * ports could be taken between the check and their use, or during a restart.
 */
const portMin = 20_000;
const portMax = 32_000;
const attemptsMax = 100;

/**
 * Vitest's workers run concurrently, and a port found by one is not in use yet when the next one looks, so
 * each worker has a separate part of the range. All other processes use the first.
 */
export function findOwnPart(min: number, max: number): { min: number; size: number } {
  const partCount = 8;
  const size = Math.floor((max - min) / partCount);
  const part = Number(process.env.VITEST_POOL_ID ?? 0) % partCount;
  return { min: min + part * size, size };
}

const ownPorts = findOwnPart(portMin, portMax);
let turn = Math.floor(Math.random() * ownPorts.size);

/** Whether a TCP port of 127.0.0.1 is currently unused. */
export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A currently unused TCP port on 127.0.0.1. Throws if there seems to be none. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    turn = (turn + 1) % ownPorts.size;
    const port = ownPorts.min + turn;
    if (await isFreePort(port)) return port;
  }
  throw new Error(`No free port was found from ${portMin} to ${portMax}.`);
}
