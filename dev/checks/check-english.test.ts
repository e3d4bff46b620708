import { expect, test } from 'vitest';
import { findBannedPhrases } from './check-english.ts';

test.each([
  '// Counted anew by the next refresh.',
  ' * Two senders wait in a circle.',
  '-- The tiers of who is still listed.',
  'Who leaves the community loses the role.',
  '/** Whoever leaves the community loses the role. */',
  "  'Is there nobody, the holder keeps the title.'",
  'What the page says of a player.',
])('a phrase that the style rules out is found: %s', (line) => {
  expect(findBannedPhrases('a.ts', `const a = 1;\n${line}`)).toEqual([expect.stringMatching(/^a\.ts:2: /)]);
});

test.each([
  '// Players who leave lose the role.',
  'Who may do this, and which test proves it?',
  'Ties go to whoever reached the score first.',
  'Who may receive what.',
  'if (isOpen) return who;',
])('a sentence that the style allows passes: %s', (line) => {
  expect(findBannedPhrases('a.ts', line)).toEqual([]);
});
