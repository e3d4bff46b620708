import { expect, test } from 'vitest';
import { isTheme, nextTheme } from './theme.ts';

test('the switch cycles through all themes', () => {
  expect(nextTheme('system')).toBe('light');
  expect(nextTheme('light')).toBe('dark');
  expect(nextTheme('dark')).toBe('system');
});

test('only themes that exist are accepted', () => {
  expect(isTheme('dark')).toBe(true);
  expect(isTheme('pink')).toBe(false);
  expect(isTheme(null)).toBe(false);
});
