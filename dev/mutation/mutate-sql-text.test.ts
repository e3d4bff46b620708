import { expect, test } from 'vitest';
import { mutateSqlText } from './mutate-sql-text.ts';

const changes = (text: string): string[] => mutateSqlText(text).map((mutant) => mutant.text);

test('each operator, word and number is changed once, separately', () => {
  expect(changes('a < 3 and not b')).toEqual([
    'a <= 3 and not b',
    'a < 4 and not b',
    'a < 3 or not b',
    'a < 3 and  b',
  ]);
});

test('the arrow of a named argument is left alone', () => {
  expect(changes('make_interval(hours => ends_in)')).toEqual([]);
});

test('comments and free text are left alone, and a known word is replaced', () => {
  expect(changes("-- a < 3\n'Ask for less.'")).toEqual([]);
  expect(changes("case 'held' when 'spent'")).toEqual([
    "case 'spent' when 'spent'",
    "case 'held' when 'held'",
  ]);
});

test('locks, orderings and whole statements are removed', () => {
  expect(changes('select from t for update;')).toEqual(['select from t;']);
  expect(changes('select from t order by id;')).toEqual(['select from t ;']);
  expect(changes("perform platform.refuse('a; b', c);")).toEqual(['null;']);
});
