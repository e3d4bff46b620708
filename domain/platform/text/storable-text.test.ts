import { expect, test } from 'vitest';
import { isStorable, toSearchText, toStorable } from './storable-text.ts';

test.each([
  ['', ''],
  ['whole 😀 \\u0000', 'whole 😀 \\u0000'],
  ['a\0b', 'ab'],
  ['half \ud83d', 'half '],
  ['\udc00half', 'half'],
  ['\0\ud83d', ''],
])('of %j stays what Postgres can hold', (text, kept) => {
  expect(toStorable(text)).toBe(kept);
  expect(isStorable(text)).toBe(text === kept);
  expect(isStorable(kept)).toBe(true);
});

test('a text to search is trimmed, and cut at no half of a character', () => {
  expect(toSearchText('  pia ', 64)).toBe('pia');
  expect(toSearchText('abc😀', 4)).toBe('abc');
  expect(toSearchText('abc😀', 5)).toBe('abc😀');
  expect(toSearchText(' \0 ', 64)).toBe('');
});
