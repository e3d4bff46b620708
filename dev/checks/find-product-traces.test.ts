import { describe, expect, test } from 'vitest';
import { findProductTraces } from './find-product-traces.ts';
import { productWords } from './product-words.ts';

const find = (source: string, file = 'emulators/discord/seed.ts') => findProductTraces(file, source);

describe('a word of the product', () => {
  test.each(productWords)('"%s" is found, alone and as a part of a name', (word) => {
    const capital = `${word[0]?.toUpperCase()}${word.slice(1)}`;
    for (const text of [word, capital, `${word}s`, `list_${word}_ids`, `find${capital}Ids`, `-- ${word}.`]) {
      expect(find(text), text).toEqual([expect.stringContaining('is a word of the product')]);
    }
  });

  test('is found by its line, also where its name has an inner capital', () => {
    expect(find("const a = 1;\nconst name = 'DealScale Arena';")).toEqual([
      'emulators/discord/seed.ts:2: "DealScale" is a word of the product',
    ]);
  });

  test('a name that is an ordinary word, too, is found where a text is nothing else', () => {
    expect(find("{ username: 'max' }")).toHaveLength(1);
    expect(find("{ max: 1, limit: Math.max(1, 2), css: 'max-width' }")).toEqual([]);
  });

  test("longer words that begin alike are not matched, and neither are Discord's names", () => {
    expect(find('{ premium_tier: 0 }')).toEqual([]);
    expect(find('problem, probe, entire, frontier, canada, outstanding, accreditation')).toEqual([]);
  });
});

describe('a path', () => {
  test.each([
    ["import { x } from '#dev/tests/test-database.ts';"],
    ["import { inngest } from '#inngest';"],
    ["import { x } from '../../domain/platform/refusal.ts';"],
    ["const file = new URL('../../supabase/config.toml', import.meta.url);"],
    ["const x = await import('../../dev/stack/ports/ports.ts');"],
  ])('%s leads out', (line) => {
    expect(find(line)).toEqual([expect.stringContaining('leads out of emulators/')]);
  });

  test.each([
    ["import { x } from '../process/free-port.ts';"],
    ["import { x } from '#emulators/process/free-port.ts';"],
    ["path.join(import.meta.dirname, '../../.local/cache')"],
    ["color: '#3b82c4'"],
    ["import { z } from 'zod';"],
  ])('%s stays', (line) => {
    expect(find(line)).toEqual([]);
  });
});
