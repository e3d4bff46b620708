import { expect, test } from 'vitest';
import { chooseVersion, composeMigration } from './compose-migration.ts';

test('without a difference there is no migration', () => {
  expect(composeMigration({ statements: '', opposite: '', facts: [] })).toBeNull();
});

test('a migration holds the statements, and what a person has to write', () => {
  const facts = ['+ column public.guilds.motto {}', '- row of platform.attempt_limits {"action": "search"}'];
  expect(
    composeMigration({ statements: 'alter table public.guilds add motto text;\n', opposite: 'x', facts }),
  ).toBe(
    [
      'alter table public.guilds add motto text;',
      '',
      '-- To be written by hand; - is in the migrations only, + in the schemas only:',
      '--   - row of platform.attempt_limits {"action": "search"}',
      '',
    ].join('\n'),
  );
});

test('a difference that the CLI does not see is written down whole', () => {
  const text = composeMigration({
    statements: '',
    opposite: '',
    facts: ['+ publication live public.guilds {}'],
  });
  expect(text).toContain('--   + publication live public.guilds {}');
});

test("a version is the current time, and follows the last one even if that one's clock was ahead", () => {
  const now = new Date('2026-12-01T05:07:09.500Z');
  expect(chooseVersion(now, [{ name: '20261201000000_baseline.sql', text: '' }])).toBe('20261201050709');
  expect(chooseVersion(now, [{ name: '20261201050709_add_name.sql', text: '' }])).toBe('20261201050710');
});
