import { expect, test } from 'vitest';
import { describeMonogram } from './describe-monogram.ts';

test.each([
  ['Ada Lovelace', 'AL'],
  ['rob', 'R'],
  ['max_power.99', 'MP'],
  ['  ', '?'],
  ['😀 Smile', '😀S'],
])('the monogram of "%s" is "%s"', (name, letters) => {
  expect(describeMonogram(name).letters).toBe(letters);
});

test('a name keeps its colour', () => {
  expect(describeMonogram('Ada').hue).toBe(describeMonogram('Ada').hue);
  expect(describeMonogram('Ada').hue).not.toBe(describeMonogram('Max').hue);
});
