import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../testing/hostile-texts.ts';
import { findTextProblem, tidyText, toPresentable } from './presentable-text.ts';
import { textFields } from './text-fields.ts';

const name = textFields.displayName;
const judge = (text: string, field: (typeof textFields)[keyof typeof textFields] = name) =>
  findTextProblem(tidyText(text, field.isMultiline), field);

describe('a name', () => {
  test.each([
    'Pia',
    'نور الخطيب',
    'نمی\u200cخواهم',
    'Nguyễn Văn Ánh'.normalize('NFD'),
    'क्षत्रिय श्री',
    'กำลังใจ',
    '葛\u{e0100}城',
    '👨‍👩‍👧‍👦 1️⃣ 🏳️‍🌈 🇩🇪',
    '.',
    'é'.normalize('NFD').repeat(80),
    '👩🏽‍🚀'.repeat(80),
    '  thin\u2009and\u00a0wide  ',
  ])('%j is presentable', (text) => {
    expect(judge(text)).toBeNull();
  });

  test.each([
    ['', 'empty'],
    [' \u00a0\u3000', 'empty'],
    ['\u0301', 'empty'],
    ['\u200b', 'invisible'],
    ['\u2800', 'invisible'],
    ['\u3164', 'invisible'],
    ['\u202egnirts', 'invisible'],
    ['\u2066x\u2069', 'invisible'],
    ['P\u200dia', 'invisible'],
    ['Pia1\ufe0f', 'invisible'],
    ['tag\u{e0041}', 'invisible'],
    ['half \ud83d', 'invisible'],
    ['Eve\n**#1** Mallory', 'line_break'],
    ['a\u2028b', 'line_break'],
    ['a\tb', 'control'],
    ['a\0b', 'control'],
    ['\u001b[31m', 'control'],
    [`e${'\u0301'.repeat(5)}`, 'stacked'],
    ['x'.repeat(81), 'too_long'],
    [`${'\u{1f468}\u200d'.repeat(200)}\u{1f468}`, 'too_long'],
  ])('%j is refused: %s', (text, problem) => {
    expect(judge(text)).toBe(problem);
  });
});

test('a reason may have several lines, one empty line in a row, and at least three characters', () => {
  expect(tidyText(' one  \r\n\r\n\r\n\r\ntwo\u2028three\t', true)).toBe('one\n\ntwo\nthree');
  expect(judge('one\ntwo', textFields.reason)).toBeNull();
  expect(judge('ok', textFields.reason)).toBe('too_short');
});

describe('the result of making text presentable', () => {
  test.each([
    ['Eve\n**#1** Mallory', 'Eve **#1** Mallory'],
    ['\u202egnirts\u200b', 'gnirts'],
    ['P\u200dia \ud83d', 'Pia'],
    [`e${'\u0301'.repeat(400)}`, `e${'\u0301'.repeat(4)}`],
    ['👨‍👩‍👧‍👦'.repeat(90), '👨‍👩‍👧‍👦'.repeat(45)],
    ['\u2800\u3164', ''],
  ])('of %j is %j', (text, kept) => {
    expect(toPresentable(text, 80)).toBe(kept);
  });

  test('is presentable or empty, and stable', () => {
    const texts = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (one, other, isMultiline) => {
        const kept = toPresentable(one + other, 80, isMultiline);
        expect(tidyText(kept, isMultiline)).toBe(kept);
        if (kept !== '') expect(findTextProblem(kept, { ...name, isMultiline })).toBeNull();
        expect(toPresentable(kept, 80, isMultiline)).toBe(kept);
      }),
      { numRuns: 2_000 },
    );
  });
});
