import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { hostileTexts } from '#domain/platform/testing/hostile-texts.ts';
import { findTextProblem, tidyText, toPresentable } from '#domain/platform/text/presentable-text.ts';
import { isStorable } from '#domain/platform/text/storable-text.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Judged {
  tidied: string;
  problem: string | null;
  kept: string;
}

const rules = [
  { lengthMin: 1, lengthMax: 80, isMultiline: false },
  { lengthMin: 3, lengthMax: 500, isMultiline: true },
];

async function judgeInDatabase(texts: readonly string[], rule: (typeof rules)[number]): Promise<Judged[]> {
  return database.sql<Judged[]>`
    select tidied, platform.find_text_problem(tidied, ${rule.lengthMax}, ${rule.lengthMin}, ${rule.isMultiline})
      as problem, platform.to_presentable(given, ${rule.lengthMax}, ${rule.isMultiline}) as kept
    from unnest(${texts as string[]}::text[]) with ordinality as texts (given, place),
      platform.tidy_text(given, ${rule.isMultiline}) as tidied
    order by place`;
}

function judgeHere(text: string, rule: (typeof rules)[number]): Judged {
  const tidied = tidyText(text, rule.isMultiline);
  const problem = findTextProblem(tidied, rule);
  return { tidied, problem, kept: toPresentable(text, rule.lengthMax, rule.isMultiline) };
}

async function expectSame(texts: readonly string[]): Promise<void> {
  const storable = texts.filter(isStorable);
  for (const rule of rules) {
    const there = await judgeInDatabase(storable, rule);
    const pairs = storable.map((text, index) => ({ text, ...there[index] }));
    expect(pairs).toEqual(storable.map((text) => ({ text, ...judgeHere(text, rule) })));
  }
}

describe('the database and the forms agree', () => {
  test('every hostile text', () => expectSame(hostileTexts));

  test.each([
    ['the basic plane', 0x1, 0xffff],
    ['old scripts', 0x13_400, 0x13_4ff],
    ['shorthand', 0x1b_c00, 0x1b_cff],
    ['music', 0x1d_100, 0x1d_1ff],
    ['emoji', 0x1f_000, 0x1f_bff],
    ['rare ideographs', 0x2f_f80, 0x30_010],
    ['invisible letters', 0xe0_000, 0xe0_2ff],
  ])('every character of %s (from %i to %i), alone and between others', async (_plane, first, last) => {
    const texts: string[] = [];
    for (let code = first; code <= last; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      texts.push(character, `a${character}b`, `😀${character}`);
    }
    await expectSame(texts);
  });

  test('any combination of relevant characters', async () => {
    const parts = fc.constantFrom(
      ...['a', ' ', '\u00a0', '\n', '\r', '\t', '\u2028', '\u200b', '\u200c', '\u200d', '\u0301', '\u064e'],
      ...[
        '\ufe0f',
        '\u20e3',
        '1',
        'ن',
        'क',
        '्',
        '😀',
        '👩',
        '🏽',
        '🇩',
        '葛',
        '\u{e0100}',
        '\u{e0067}',
        '\u180b',
        'ᠠ',
      ],
    );
    const texts = fc.sample(fc.array(parts, { maxLength: 40 }), { numRuns: 4_000, seed: 12 });
    await expectSame(texts.map((list) => list.join('')));
    await expectSame(fc.sample(fc.string({ unit: 'binary', maxLength: 100 }), { numRuns: 2_000, seed: 12 }));
  });
});

test('text that is made presentable is presentable, or empty', async () => {
  for (const text of hostileTexts) {
    const kept = toPresentable(text, 80);
    if (kept !== '')
      expect([text, findTextProblem(kept, { lengthMin: 1, lengthMax: 80, isMultiline: false })]).toEqual([
        text,
        null,
      ]);
    expect(tidyText(kept, false)).toBe(kept);
  }
});
