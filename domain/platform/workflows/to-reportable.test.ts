import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toReportable } from './to-reportable.ts';

test('a small value without secrets stays as it is', () => {
  const value = { request_id: 'r', amount: 3, list: [true, null, 'x'], nested: { a: [] } };
  expect(toReportable(value, 1_000)).toEqual({ value, isWhole: true });
});

test('fields named like a secret are redacted at any depth', () => {
  expect(toReportable({ list: [{ refresh_token: 'x', n: 1 }], ClientSecret: { a: 1 } }, 1_000)).toEqual({
    value: { list: [{ refresh_token: '[redacted]', n: 1 }], ClientSecret: '[redacted]' },
    isWhole: false,
  });
});

test('texts that look like a secret are redacted', () => {
  const { value, isWhole } = toReportable({ note: 'Bearer abcdefghijklmnopqrst' }, 1_000);
  expect(value).toEqual({ note: 'Bearer [redacted]' });
  expect(isWhole).toBe(false);
});

test('what is too long is shortened and marked', () => {
  const { value, isWhole } = toReportable(
    { list: Array.from({ length: 500 }, (_, n) => `item ${n}`) },
    1_000,
  );
  expect(value).toMatchObject({ is_shortened: true, beginning: expect.stringContaining('item 1') });
  expect(isWhole).toBe(false);
});

test.each([
  [undefined, null],
  [Number.NaN, null],
  [new Date(Date.UTC(2026, 10, 30)), '2026-11-30T00:00:00.000Z'],
])('%s becomes JSON', (given, value) => {
  expect(toReportable(given, 100).value).toEqual(value);
});

test('a value that contains itself ends', () => {
  const value: Record<string, unknown> = { name: 'loop' };
  value.self = value;
  expect(toReportable(value, 5_000).isWhole).toBe(false);
});

test('whatever is given, the result is JSON of bounded length', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (given) => {
      const { value } = toReportable(given, 2_000);
      const text = JSON.stringify(value);
      expect(text.length).toBeLessThan(3_500);
      expect(JSON.parse(text)).toEqual(JSON.parse(text));
    }),
    { seed: 9, numRuns: 500 },
  );
});
