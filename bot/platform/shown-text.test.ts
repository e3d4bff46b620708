import { describe, expect, test } from 'vitest';
import {
  countShownCharacters,
  escapeMarkdown,
  quoteText,
  showName,
  showPlainText,
  showSentence,
  showText,
} from './shown-text.ts';

/** The content of a single isolate that spans the whole text. */
const readIsolated = (text: string) => /^\u2068([^\u2068\u2069]*)\u2069$/.exec(text)?.[1];

describe('escapeMarkdown', () => {
  test.each([
    [
      '*bold* _it_ ~~no~~ `code` ||spoiler||',
      '\\*bold\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\|\\|spoiler\\|\\|',
    ],
    ['[text](http://x)', '\\[text\\](http\\://x)'],
    ['<https://x> www.x.example discord.gg/x', '\\<https\\://x> www\\.x.example discord\\.gg/x'],
    ['@everyone <@1> <t:1:R>', '\\@everyone \\<\\@1> \\<t:1:R>'],
    ['# title\n> quote\n- item\n1. item', '\\# title\n\\> quote\n\\- item\n1\\. item'],
    ['well-earned #1, 3 > 2: 1.5', 'well-earned #1, 3 > 2: 1.5'],
  ])('%j renders literally', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('a text inside a line', () => {
  test.each([
    ['Pia Romero', 'Pia Romero'],
    ['نور الخطيب', 'نور الخطيب'],
    ['Eve\n**#1** Mallory', 'Eve \\*\\*#1\\*\\* Mallory'],
    ['\u202egnirts\u2069\u2069', 'gnirts'],
    ['\u200b', '—'],
    ['', '—'],
  ])('of %j is isolated, and plain text only', (text, shown) => {
    expect(readIsolated(showText(text, 100))).toBe(shown);
  });

  test.each([
    ['short_name', 22, 'short\\_name'],
    ['*'.repeat(80), 12, '\\*\\*\\*\\*…'],
    ['a*'.repeat(80), 12, 'a\\*a\\*a\\*…'],
    ['😀'.repeat(80), 8, '😀😀…'],
    ['👨‍👩‍👧‍👦'.repeat(3), 30, '👨‍👩‍👧‍👦👨‍👩‍👧‍👦…'],
    ['one two three', 11, 'one two…'],
  ])('of %j takes at most %i of the message, cut between characters', (text, lengthMax, shown) => {
    expect(readIsolated(showText(text, lengthMax))).toBe(shown);
  });

  test('shows a name of up to 40 characters, however they are composed', () => {
    expect(readIsolated(showName('é'.repeat(41)))).toBe(`${'é'.repeat(39)}…`);
    expect(showName('👨‍👩‍👧‍👦'.repeat(41)).length).toBeLessThanOrEqual(120);
  });
});

test('plain text is isolated and cut, but not escaped', () => {
  expect(readIsolated(showPlainText('a_b\nc', 100))).toBe('a_b c');
  expect(showPlainText('x'.repeat(200), 100)).toHaveLength(100);
  expect(countShownCharacters(showPlainText('نور 👨‍👩‍👧‍👦', 100))).toBe(5);
});

test('a sentence keeps the isolation of its names, and no other markup', () => {
  expect(showSentence('\u2068نور\n*x*\u2069 has already **approved**\nthis request.')).toBe(
    '\u2068نور \\*x\\*\u2069 has already \\*\\*approved\\*\\* this request.',
  );
});

test('quoted text keeps its lines, and its length', () => {
  expect(quoteText(' one\n\n two ', 100)).toBe('> one\n> two');
  expect(quoteText('# one\u2028> two', 100)).toBe('> \\# one\n> \\> two');
  expect(quoteText('*'.repeat(500), 300).length).toBeLessThanOrEqual(300);
  expect(quoteText('a\n'.repeat(500), 300).length).toBeLessThanOrEqual(300);
});
