import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Runes are compiled away in the browser; here a state is a plain value.
vi.stubGlobal('$state', { raw: <T>(value: T): T => value });
const { HeldDecisions, undoMs } = await import('./held-decisions.svelte.ts');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const make = (id: string, sendLast = () => {}) => ({ id, decision: 'approve' as const, text: id, sendLast });

test('a decision is sent after five seconds', async () => {
  const held = new HeldDecisions();
  const isSent = held.hold(make('a'));
  vi.advanceTimersByTime(undoMs - 1);
  expect(held.list.map(({ id }) => id)).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(await isSent).toBe(true);
  expect(held.list).toEqual([]);
});

test('an undo sends nothing, and takes back the last one first', async () => {
  const held = new HeldDecisions();
  const decisions = [held.hold(make('a')), held.hold(make('b'))];
  held.undoLast();
  expect(held.list.map(({ id }) => id)).toEqual(['a']);
  held.undo('a');
  vi.advanceTimersByTime(undoMs);
  expect(await Promise.all(decisions)).toEqual([false, false]);
});

test('whoever leaves the page sends what waits, once', async () => {
  const held = new HeldDecisions();
  const sendLast = vi.fn();
  const inside = held.hold(make('a', sendLast));
  held.carryOutAll();
  expect(await inside).toBe(true);
  expect(sendLast).not.toHaveBeenCalled();
  const closing = held.hold(make('b', sendLast));
  held.sendAllLast();
  expect(await closing).toBe(false);
  expect(sendLast).toHaveBeenCalledOnce();
});

test('a second decision on the same request replaces the first', async () => {
  const held = new HeldDecisions();
  const first = held.hold(make('a'));
  const second = held.hold(make('a'));
  vi.advanceTimersByTime(undoMs);
  expect([await first, await second]).toEqual([false, true]);
});
