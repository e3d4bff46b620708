import { expect, test } from 'vitest';
import { takeTurns } from './take-turns.ts';

test('the first writer is seen at once, the others in the order in which they began', () => {
  let seen = '';
  const turns = takeTurns((text) => {
    seen += text;
  });
  const [first, second, third] = [turns.begin(), turns.begin(), turns.begin()];
  third.write('c');
  third.end();
  second.write('b');
  first.write('a');
  expect(seen).toBe('a');
  first.end();
  expect(seen).toBe('ab');
  second.write('B');
  expect(seen).toBe('abB');
  second.end();
  expect(seen).toBe('abBc');
});

test('a writer that begins after all others ended is seen at once', () => {
  let seen = '';
  const turns = takeTurns((text) => {
    seen += text;
  });
  turns.begin().end();
  turns.begin().write('later');
  expect(seen).toBe('later');
});
