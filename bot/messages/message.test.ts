import { describe, expect, test } from 'vitest';
import { escapeMarkdown, escapeWithin, formatTime, quoteText, truncateText } from './message.ts';

describe('escapeMarkdown', () => {
  test.each([
    [
      '*bold* _it_ ~~no~~ `code` ||spoiler||',
      '\\*bold\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\|\\|spoiler\\|\\|',
    ],
    ['[text](http://x)', '\\[text\\](http://x)'],
    ['@everyone <@1> <t:1:R>', '\\@everyone \\<\\@1> \\<t:1:R>'],
    ['# title\n> quote\n- item', '\\# title\n\\> quote\n\\- item'],
    ['well-earned #1, 3 > 2', 'well-earned #1, 3 > 2'],
  ])('%j shows as it was written', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

test('quoted text keeps its lines, and its length', () => {
  expect(quoteText(' one\n\n two ', 100)).toBe('> one\n> two');
  expect(quoteText('*'.repeat(500), 300).length).toBeLessThanOrEqual(300);
  expect(quoteText('a\n'.repeat(500), 300).length).toBeLessThanOrEqual(300);
});

test.each([
  ['short_name', 20, 'short\\_name'],
  ['*'.repeat(80), 10, '\\*\\*\\*\\*…'],
  ['a*'.repeat(80), 10, 'a\\*a\\*a\\*…'],
  ['😀'.repeat(80), 6, '😀😀…'],
])('%s, escaped, fits into %s characters', (text, lengthMax, expected) => {
  expect(escapeWithin(text, lengthMax)).toBe(expected);
});

test('text is cut by characters, not in the middle of one', () => {
  expect(truncateText('😀😀😀', 2)).toBe('😀…');
  expect(truncateText('abc', 3)).toBe('abc');
});

test('moments are written for each reader’s own zone', () => {
  expect(formatTime('2026-11-22T12:00:00Z')).toBe('<t:1795348800:R>');
  expect(formatTime('2026-11-22T12:00:00.9Z', 'D')).toBe('<t:1795348800:D>');
});
