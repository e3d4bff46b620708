import { expect, test } from 'vitest';
import { isStorable, toSearchText, toStorable } from './storable-text.ts';

test.each([
  ['', ''],
  ['whole 😀 \\u0000', 'whole 😀 \\u0000'],
  ['a\0b', 'ab'],
  ['half \ud83d', 'half '],
  ['\udc00half', 'half'],
  ['\0\ud83d', ''],
])('of %j Postgres can store the rest', (text, kept) => {
  expect(toStorable(text)).toBe(kept);
  expect(isStorable(text)).toBe(text === kept);
  expect(isStorable(kept)).toBe(true);
});

test('a search text is trimmed, and never cut within a character', () => {
  expect(toSearchText('  pia ', 64)).toBe('pia');
  expect(toSearchText('abc😀', 4)).toBe('abc');
  expect(toSearchText('abc😀', 5)).toBe('abc😀');
  expect(toSearchText(' \0 ', 64)).toBe('');
});
