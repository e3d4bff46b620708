import { expect, test } from 'vitest';
import { isolate, splitIsolated } from './isolate.ts';

test('a sentence is split at isolated text', () => {
  expect(splitIsolated(`${isolate('نور')} passed ${isolate('Pia')}.`)).toEqual([
    { text: 'نور', isIsolated: true },
    { text: ' passed ', isIsolated: false },
    { text: 'Pia', isIsolated: true },
    { text: '.', isIsolated: false },
  ]);
  expect(splitIsolated('nobody')).toEqual([{ text: 'nobody', isIsolated: false }]);
});
