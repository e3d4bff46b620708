import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findBusyPorts, findFreeOffset, getPorts } from './ports.ts';

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

it.each([-1, 0.5, Number.NaN, 20_000])('refuses the offset %s', (offset) => {
  expect(() => getPorts(offset)).toThrow('port offset');
});

it('names the part whose port is taken', async () => {
  const ports = getPorts(await findFreeOffset());
  expect(await findBusyPorts(ports)).toEqual([]);
  const server = createServer().listen(ports.inngest, '127.0.0.1');
  await once(server, 'listening');
  expect(await findBusyPorts(ports)).toEqual([{ name: 'inngest', port: ports.inngest }]);
  server.close();
  await once(server, 'close');
});
