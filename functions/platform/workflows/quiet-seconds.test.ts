import { expect, test } from 'vitest';
import { graceSeconds, parseWait, waitForRetry } from './quiet-seconds.ts';

const nowMs = Date.UTC(2026, 10, 30, 12);

test.each([
  ['2s', 2],
  ['1w2d', 777_600],
  ['57m', 3_420],
  ['90', 90],
  ['2026-11-30T12:00:30Z', 30],
  ['2026-11-30T11:00:00Z', 0],
  ['soon', null],
  ['', null],
  [7, null],
])('%s is %s seconds', (wait, seconds) => {
  expect(parseWait(wait, nowMs)).toBe(seconds);
});

test('a retry may come as late as the engine waits, or as the function asks', () => {
  expect(waitForRetry(0, undefined)).toBe(graceSeconds + 45);
  expect(waitForRetry(99, undefined)).toBe(graceSeconds + 7_230);
  expect(waitForRetry(0, '3600')).toBe(graceSeconds + 3_600);
});
