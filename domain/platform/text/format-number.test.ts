import { expect, test } from 'vitest';
import { formatCompact, formatNumber, formatPlaces, formatSigned } from './format-number.ts';

test("a number uses its reader's locale, or English if that is unknown", () => {
  expect(formatNumber(1_234_567.891)).toBe('1,234,567.89');
  expect(formatNumber(1_234_567, 'de')).toBe('1.234.567');
  expect(formatNumber(1_234_567, 'no such locale')).toBe('1,234,567');
});

test.each([
  [40, '+40'],
  [-3, '-3'],
  [0, '0'],
])('%s is written %s as a change', (value, text) => {
  expect(formatSigned(value)).toBe(text);
});

test('places are abbreviated from a thousand on', () => {
  expect(formatPlaces(940)).toBe('940');
  expect(formatPlaces(12_345)).toBe('12.3K');
  expect(formatCompact(940)).toBe('940');
});
