import { expect, test } from 'vitest';
import { createRateLimits } from './rate-limits.ts';

/** What hosted Auth begins with. */
const limits = { token_refresh: 150, sign_in_sign_ups: 30 };

/** How many of this many consecutive requests are answered. */
function countAnswered(count: () => void, requests: number): number {
  let answered = 0;
  for (let i = 0; i < requests; i += 1) {
    try {
      count();
      answered += 1;
    } catch (error) {
      expect(error).toMatchObject({ status: 429, code: 'over_request_rate_limit' });
    }
  }
  return answered;
}

test('an address has a burst of thirty, which refills evenly in five minutes', () => {
  let now = 0;
  const rateLimits = createRateLimits(limits, 1, () => now);
  const signIn = () => rateLimits.count('token_refresh', '10.0.0.1');
  expect(countAnswered(signIn, 100)).toBe(30);
  now += 1_900;
  expect(countAnswered(signIn, 100)).toBe(0);
  now += 100;
  expect(countAnswered(signIn, 100)).toBe(1);
  now += 5 * 60_000;
  expect(countAnswered(signIn, 100)).toBe(30);
});

test('other addresses and other actions are counted separately', () => {
  const rateLimits = createRateLimits(limits, 1, () => 0);
  expect(countAnswered(() => rateLimits.count('token_refresh', '10.0.0.1'), 31)).toBe(30);
  expect(countAnswered(() => rateLimits.count('token_refresh', '10.0.0.2'), 31)).toBe(30);
  expect(countAnswered(() => rateLimits.count('sign_in_sign_ups', '10.0.0.1'), 31)).toBe(30);
});

test('calls while refused do not postpone the next allowed one', () => {
  let now = 0;
  const rateLimits = createRateLimits(limits, 1, () => now);
  const signIn = () => rateLimits.count('token_refresh', '10.0.0.1');
  countAnswered(signIn, 30);
  let answered = 0;
  for (; now < 20_000; now += 100) answered += countAnswered(signIn, 1);
  expect(answered).toBe(9);
});

test('a factor raises burst and refill', () => {
  const rateLimits = createRateLimits(limits, 10, () => 0);
  expect(countAnswered(() => rateLimits.count('token_refresh', '10.0.0.1'), 1_000)).toBe(300);
});
