import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { blockedPorts } from './blocked-ports.ts';
import { findBusyPorts, findFreeOffset, getPorts, type Ports } from './ports.ts';

it('moves every port by the offset', () => {
  expect(getPorts(1000)).toEqual({
    web: 4000,
    worker: 4010,
    discord: 5400,
    inngest: 9288,
    supabase: 55_321,
    postgres: 55_322,
    edgeFunctions: 55_323,
  });
});

describe('every offset', () => {
  /** Lists offsets from below the first to beyond the last, with the message for each refused one. */
  const refused = new Map<number, string>();
  const taken = new Map<number, Ports>();
  for (let offset = -4000; offset <= 12_000; offset += 1) {
    try {
      taken.set(offset, getPorts(offset));
    } catch (error) {
      refused.set(offset, String(error));
    }
  }

  it('gives each process a separate port that is unprivileged and reachable by every client', () => {
    for (const ports of taken.values()) {
      const numbers = Object.values(ports);
      expect(new Set(numbers).size).toBe(7);
      expect(numbers.every((port) => port >= 1024 && port <= 65_535 && !blockedPorts.has(port))).toBe(true);
    }
  });

  it('or is refused with the process, its port, the reason, and the nearest offset that works', () => {
    for (const [offset, sentence] of refused) {
      const [, name = '', port, near] =
        /, (\w+) would be on port (-?\d+), .+\. --port-offset (\d+) works\.$/.exec(sentence) ?? [];
      expect(Number(port)).toBe(Reflect.get(getPorts(0), name) + offset);
      expect(taken.has(Number(near))).toBe(true);
      const distance = Math.abs(Number(near) - offset);
      for (const nearer of [offset - distance + 1, offset + distance - 1]) {
        if (distance < 100) expect(taken.has(nearer)).toBe(false);
      }
    }
  });

  it.each([
    [3000, 'web would be on port 6000, which browsers and fetch block. --port-offset 3001 works.'],
    [1600, 'discord would be on port 6000, which browsers and fetch block.'],
    [-2500, 'web would be on port 500, which only the system may use (1024 is the first for everybody).'],
    [11_213, 'edgeFunctions would be on port 65536, but 65535 is the highest. --port-offset 11212 works.'],
  ])('%i: %s', (offset, sentence) => {
    expect(refused.get(offset)).toContain(`With the port offset ${offset}, ${sentence}`);
  });

  it.each([0.5, Number.NaN])('%s is not an offset', (offset) => {
    expect(() => getPorts(offset)).toThrow('The port offset must be a whole number.');
  });
});

it('knows the ports that fetch blocks', async () => {
  // Port 0 cannot be requested.
  for (const port of blockedPorts.difference(new Set([0]))) {
    const error: unknown = await fetch(`http://127.0.0.1:${port}`).catch((failure: Error) => failure.cause);
    expect(String(error)).toContain('bad port');
  }
});

it('names the process whose port is taken', async () => {
  const ports = getPorts(await findFreeOffset());
  expect(await findBusyPorts(ports)).toEqual([]);
  const server = createServer().listen(ports.inngest, '127.0.0.1');
  await once(server, 'listening');
  const holder = process.platform === 'linux' ? expect.stringContaining(`(process ${process.pid})`) : null;
  expect(await findBusyPorts(ports)).toEqual([{ name: 'inngest', port: ports.inngest, holder }]);
  server.close();
  await once(server, 'close');
});
