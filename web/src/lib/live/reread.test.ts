import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Reread } from './reread.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('many requests are one read', async () => {
  const read = vi.fn(async () => {});
  const reread = new Reread(read);
  for (let count = 0; count < 5; count += 1) reread.request(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(read).toHaveBeenCalledTimes(1);
  reread.request(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(read).toHaveBeenCalledTimes(2);
});

// The last message alone may be about another period, or older than the one before it.
test('messages during a read wait for its end, and all of them are processed', async () => {
  let finish = () => {};
  const read = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const reread = new Reread(read);
  const done: string[] = [];
  reread.afterwards(() => done.push('at once'));
  reread.request(0);
  await vi.advanceTimersByTimeAsync(1);
  reread.request(0);
  for (const task of ['one', 'two']) reread.afterwards(() => done.push(task));
  expect(done).toEqual(['at once']);
  finish();
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toEqual(['at once', 'one', 'two']);
  expect(read).toHaveBeenCalledTimes(1);
});

test('after a failed read the next request reads again', async () => {
  const read = vi.fn(() => Promise.reject(new Error('offline')));
  const reread = new Reread(read);
  reread.request(0);
  await vi.advanceTimersByTimeAsync(1);
  reread.request(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a read that has not begun can be cancelled', async () => {
  const read = vi.fn(async () => {});
  const reread = new Reread(read);
  reread.request(100);
  reread.cancel();
  await vi.advanceTimersByTimeAsync(200);
  expect(read).not.toHaveBeenCalled();
});

test('a page is stale from the first request until a read has arrived', async () => {
  const read = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue(undefined);
  const states: boolean[] = [];
  const reread = new Reread(read, (isPending) => states.push(isPending));
  reread.request(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(states).toEqual([true]);
  reread.request(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(states).toEqual([true, true, false]);
});
