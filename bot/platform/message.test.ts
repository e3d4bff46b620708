import { expect, test } from 'vitest';
import { formatTime } from './message.ts';

test('timestamps are shown in each reader’s own zone', () => {
  expect(formatTime('2026-11-22T12:00:00Z')).toBe('<t:1795348800:R>');
  expect(formatTime('2026-11-22T12:00:00.9Z', 'D')).toBe('<t:1795348800:D>');
});
