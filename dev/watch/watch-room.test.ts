import { expect, it } from 'vitest';
import { VirtualClock } from '../supervisor/virtual-clock.ts';
import { watchRoom } from './watch-room.ts';

it('reports once that the disk is nearly full, and once that there is room again', async () => {
  const clock = new VirtualClock();
  const ending = new AbortController();
  const printed: string[] = [];
  let freeBytes = 60_000_000;
  const watching = watchRoom({
    directory: '/data',
    print: (line) => printed.push(line),
    signal: ending.signal,
    clock,
    readFreeBytes: () => freeBytes,
  });
  for (freeBytes of [49_900_000, 12_000_000, 60_000_000, 40_000_000, 101_000_000, 300_000_000]) {
    await clock.pass(5000);
  }
  ending.abort();
  await watching;
  expect(printed).toEqual([
    'The disk of /data is nearly full (49 MB left): writes fail until you free some space.',
    'There is room on the disk of /data again.',
  ]);
});
