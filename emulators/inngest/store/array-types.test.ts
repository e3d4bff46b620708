import { expect, test } from 'vitest';
import { arrayTypes } from './array-types.ts';

test.each([
  [[], '{}'],
  [['plain'], '{"plain"}'],
  [
    ['a,b', 'c d', '{e}', '', 'null', 'x"y', 'back\\slash'],
    '{"a,b","c d","{e}","","null","x\\"y","back\\\\slash"}',
  ],
])('texts %j are the literal %s and back', (texts, literal) => {
  expect(arrayTypes.texts.serialize(texts)).toBe(literal);
  expect(arrayTypes.texts.parse(literal)).toEqual(texts);
});

test('what Postgres leaves unquoted is read as well', () => {
  expect(arrayTypes.texts.parse('{one,two}')).toEqual(['one', 'two']);
  expect(arrayTypes.integers.parse('{1,-2}')).toEqual([1, -2]);
});
